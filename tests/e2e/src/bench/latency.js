// Stands in every page after the probe: how long words take from the socket to the eye.
(() => {
  const { bench } = window;

  // Times what is counted one by one, from now on: each until the first frame in which the page shows it was painted. The
  // page is asked what it shows, since one that puts its drawing off for a frame would else look faster than it is.
  bench.time = () => {
    const waits = [];
    let waiting = [];
    let isLooking = false;
    const look = async () => {
      isLooking = true;
      while (waiting.length > 0) {
        const seen = await bench.painted();
        const said = [...document.querySelectorAll("[role=log] [data-row=text]")].at(-1)?.textContent ?? "";
        waiting = waiting.filter(({ words, came }) => {
          if (!said.includes(words)) return true;
          waits.push(seen - came);
          return false;
        });
      }
      isLooking = false;
    };
    bench.hear((data) => {
      const came = performance.now();
      const word = /"delta":"([a-z]*\d{2,}) /.exec(data)?.[1];
      if (word === undefined) return;
      waiting.push({ words: ` ${word}`, came });
      if (!isLooking) look();
    });
    bench.timed = () => {
      bench.hear(() => {});
      return waits;
    };
  };
})();
