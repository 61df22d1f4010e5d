// Between the page and a real backend: names, words and numbers that are longer than anybody meant them to be. They come
// the way they would come from a backend, so that all of the console has to do with them.
(() => {
  const word = (length, letter = 'w') => letter.repeat(length);
  const answers = {
    '/models': () => ({ models: ['scripted/steady', `scripted/${word(200)}`, `${word(90, 'c')}/short`] }),
    '/cwd': (conversationId) => ({ conversationId, cwd: `/${word(399, 'd')}` }),
    '/reasoning-effort': (conversationId) => ({ conversationId, reasoningEffort: `extraordinary-${word(60, 'h')}` }),
    '/lsp': (conversationId) => ({
      conversationId,
      cwd: '/',
      servers: [
        { id: 'a', name: word(120, 'n'), root: `/${word(300, 'r')}`, extensions: [word(80, 'e')], state: 'connected' },
        { id: 'b', name: 'short', root: '/', extensions: [], state: word(60, 's') },
        { id: 'c', name: 'broken', root: '/', extensions: [], state: 'error', error: word(500, 'x') },
      ],
    }),
    '/throughput': () => {
      const measured = { tokensPerSecond: 9999.4, totalOutputTokens: 123456789, totalGenMs: 99999999, turns: 123456 };
      return { period: 'day', date: '2026-03-16', start: 0, end: 1, models: [{ model: `c/${word(200)}`, ...measured }] };
    },
  };
  const fetchReally = window.fetch;
  window.fetch = async (request, ...rest) => {
    const path = new URL(request.url ?? request).pathname;
    const name = Object.keys(answers).find((end) => path.endsWith(end));
    if (name && (request.method ?? 'GET') === 'GET') return Response.json(answers[name](path.split('/')[2]));
    if (path.endsWith('/warm')) return Response.json({ error: word(500, 'q') }, { status: 409 });
    const response = await fetchReally(request, ...rest);
    if (!path.endsWith('/conversations')) return response;
    const { conversations } = await response.json();
    return Response.json({ conversations: conversations.map((listed) => ({ ...listed, title: word(300, 't') })) });
  };

  let socket;
  window.WebSocket = class extends window.WebSocket {
    constructor(...given) {
      super(...given);
      socket = this;
    }
  };
  const tell = (frame) => socket.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(frame) }));
  const conversationId = () => JSON.parse(sessionStorage.getItem('dispatch.window')).active;
  const turn = (turnId, events) => {
    for (const event of events) {
      tell({ type: 'chat.delta', event: { conversationId: conversationId(), turnId, ...event } });
    }
  };
  const call = (toolCallId, toolName, input) => ({ type: 'tool-call', stepId: 'step', toolCallId, toolName, input });
  const usage = { inputTokens: 123456789, outputTokens: 98765432, cacheReadTokens: 99999999, cacheWriteTokens: 9 };
  const fence = '```';
  const markdown = `# ${word(200, 'H')}

\`${word(300, 'c')}\` and **${word(300, 'b')}** https://example.org/${word(300, 'l')}

| ${word(120, 'a')} | b |
|---|---|
| 1 | ${word(120, 'z')} |

${fence}${word(80, 'q')}
${word(500, 'k')}
${fence}

- [ ] ${word(200, 'i')}

> ${word(200, 'v')}
`;

  // A turn that fails, a list of what waits, a surface of every kind of field, and a refusal.
  window.overdo = () => {
    turn('overdone', [
      { type: 'user-message', text: word(400, 'u') },
      { type: 'turn-start' },
      { type: 'reasoning-delta', delta: word(300, 'r') },
      { type: 'text-delta', delta: markdown },
      call('one', word(120, 'T'), { command: word(500, 'x'), [`key${word(90)}`]: word(300) }),
      { type: 'tool-output', toolCallId: 'one', data: `${word(400, 'o')}\n`, stream: 'stderr' },
      call('two', 'edit', { file_path: `/${word(300, 'f')}`, old_string: word(300, 'a'), new_string: word(300, 'b') }),
      { type: 'tool-result', stepId: 'step', toolCallId: 'two', toolName: 'edit', content: word(600, 'R'), isError: true },
      { type: 'usage', stepId: 'step', usage },
      { type: 'step-complete', stepId: 'step', ttftMs: 99999999, decodeMs: 123, genTotalMs: 123456789 },
      { type: 'steering', text: word(300, 'S') },
      { type: 'error', message: word(2000, 'E'), code: word(80, 'C') },
    ]);
    const action = { actionId: 'none' };
    const long = { value: 'long', label: word(150, 'O') };
    const rows = [[word(90, 'r'), 1, true, word(60, 'x')], ['short']];
    const fields = [
      { kind: 'toggle', label: word(120, 'L'), value: true, action },
      { kind: 'progress', label: word(120, 'P'), value: 0.5 },
      { kind: 'selector', label: word(80, 'S'), value: 'long', options: [long, { value: 'y', label: 'y' }], action },
      { kind: 'stat', label: word(90, 's'), value: word(200, 'v') },
      { kind: 'number', label: word(90, 'N'), value: 123456789012, unit: word(50, 'u'), action },
      { kind: 'button', label: word(120, 'B'), action },
      { kind: 'custom', rendererId: 'table', payload: { columns: [word(60, 'c'), 'b', 'c', 'd'], rows } },
      { kind: 'custom', rendererId: 'todo', payload: { todos: [{ content: word(300, 't'), status: 'in_progress' }] } },
    ];
    const messages = [{ id: 'm1', text: word(400, 'm'), queuedAt: 1 }, { id: 'm2', text: 'so many words '.repeat(60), queuedAt: 2 }];
    const queue = [{ kind: 'custom', rendererId: 'message-queue', payload: { messages } }];
    const title = word(200, 'X');
    const surfaces = [
      { id: 'message-queue', region: 'below', title, fields: queue },
      { id: 'overdone', region: 'beside', title, fields },
    ];
    tell({ type: 'catalog', catalog: surfaces.map(({ id, region }) => ({ id, region, title, scope: 'conversation' })) });
    for (const spec of surfaces) tell({ type: 'surface', conversationId: conversationId(), spec });
    tell({ type: 'chat.error', message: word(2000, 'A') });
  };

  // A turn that runs, and waits for its provider.
  window.overdoWaiting = () => turn('waiting', [
    { type: 'user-message', text: 'go' },
    call('three', word(120, 'T'), { command: word(500, 'x') }),
    { type: 'provider-retry', attempt: 3, delayMs: 60000, message: word(900, 'M'), code: word(80, 'C') },
  ]);
})();
