//! The cache's rules, with a clock that is moved by hand.

use super::*;

const TTL: Duration = Duration::from_secs(300);

/// A block of so many tokens, different for each name.
fn block(name: char, tokens: usize) -> Block {
    Block::new(name.to_string().repeat(tokens * 4))
}

fn base() -> Vec<Block> {
    vec![block('t', 400), Block::with_breakpoint("s".repeat(400 * 4))]
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
}

fn grown(prompt: &[Block], more: &[Block]) -> Vec<Block> {
    [prompt, more].concat()
}

fn cost(input_tokens: u64, cache_read_tokens: u64, cache_write_tokens: u64) -> PromptCost {
    PromptCost { input_tokens, cache_read_tokens, cache_write_tokens }
}

#[test]
fn each_step_reads_what_the_one_before_wrote() {
    let mut cache = PromptCache::new(TTL);
    let first = grown(&base(), &[block('u', 100)]);
    let second = grown(&first, &[block('a', 50), block('r', 250)]);
    let third = grown(&second, &[block('b', 25)]);
    assert_eq!(cache.account("m", &first, at(0)), cost(900, 0, 900));
    assert_eq!(cache.account("m", &second, at(1)), cost(1_200, 900, 300));
    assert_eq!(cache.account("m", &third, at(2)), cost(1_225, 1_200, 25));
    assert_eq!(cache.account("m", &third, at(3)), cost(1_225, 1_225, 0), "the same again is all read");
}

#[test]
fn unused_prefixes_expire_and_every_use_keeps_them() {
    let mut cache = PromptCache::new(TTL);
    let prompt = grown(&base(), &[block('u', 100)]);
    cache.account("m", &prompt, at(0));
    assert_eq!(cache.account("m", &prompt, at(299)).cache_read_tokens, 900);
    assert_eq!(cache.account("m", &prompt, at(598)).cache_read_tokens, 900, "used at 299, alive until 599");
    assert_eq!(cache.account("m", &prompt, at(898)), cost(900, 0, 900), "300 s without use are the end");
    assert_eq!(cache.account("m", &prompt, at(0)).cache_read_tokens, 900, "a clock set back loses nothing");
}

#[test]
fn prefixes_are_not_shared_across_models_but_across_conversations() {
    let mut cache = PromptCache::new(TTL);
    let one = grown(&base(), &[block('u', 100)]);
    let other = grown(&base(), &[block('v', 60)]);
    cache.account("m high", &one, at(0));
    assert_eq!(cache.account("m low", &one, at(1)).cache_read_tokens, 0);
    assert_eq!(cache.account("m high", &other, at(1)), cost(860, 800, 60), "tools and system are the same");
}

#[test]
fn a_change_in_the_middle_loses_what_follows() {
    let mut cache = PromptCache::new(TTL);
    let before = grown(&base(), &[block('u', 100), block('a', 100)]);
    let after = grown(&base(), &[block('x', 100), block('a', 100)]);
    cache.account("m", &before, at(0));
    assert_eq!(cache.account("m", &after, at(1)), cost(1_000, 800, 200));
}

#[test]
fn short_prompts_are_not_cached() {
    let mut cache = PromptCache::new(TTL);
    let prompt = [block('u', 511)];
    assert_eq!(cache.account("m", &prompt, at(0)), cost(511, 0, 0));
    assert_eq!(cache.account("m", &prompt, at(1)), cost(511, 0, 0));
    assert_eq!(cache.account("m", &[block('u', 512)], at(1)), cost(512, 0, 512));
}

#[test]
fn it_does_not_grow_for_ever() {
    let mut cache = PromptCache::new(TTL);
    for number in 0..ENTRY_LIMIT * 2 {
        let prompt = [Block::new(format!("{number:08}").repeat(300))];
        cache.account("m", &prompt, at(1));
    }
    assert!(cache.used.len() <= ENTRY_LIMIT + 1);
}
