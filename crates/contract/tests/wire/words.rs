//! The vocabularies: every word of the contract is known by that spelling, and one that is not known keeps its own.

use dispatch_contract::*;

macro_rules! words {
    ($($name:ident: $type:ident [$($word:literal $variant:ident),*];)*) => {$(
        #[test]
        fn $name() {
            assert_eq!($type::KNOWN, [$($type::$variant),*]);
            for (word, expected) in [$(($word, $type::$variant)),*] {
                round_trips(word, &expected);
            }
            for word in ["", "HIGH", "later-word", "é\n\""] {
                round_trips(word, &$type::Unknown(word.to_owned()));
            }
            for wrong in ["7", "null", "{}", "[]", "true"] {
                assert!(serde_json::from_str::<$type>(wrong).is_err(), "{wrong} was accepted");
            }

            #[track_caller]
            fn round_trips(word: &str, expected: &$type) {
                let json = serde_json::to_string(word).unwrap();
                let read: $type = serde_json::from_str(&json).unwrap();
                assert_eq!(&read, expected);
                assert_eq!((read.as_str(), read.to_string().as_str(), &$type::from(word)), (word, word, expected));
                assert_eq!(serde_json::to_string(&read).unwrap(), json);
            }
        }
    )*};
}

words! {
    role: Role ["system" System, "user" User, "assistant" Assistant, "tool" Tool];
    output_stream: OutputStream ["stdout" Stdout, "stderr" Stderr];
    reasoning_effort: ReasoningEffort ["low" Low, "medium" Medium, "high" High, "xhigh" ExtraHigh, "max" Max];
    surface_scope: SurfaceScope ["global" Global, "conversation" Conversation];
    conversation_status: ConversationStatus ["active" Active, "queued" Queued, "idle" Idle, "closed" Closed];
    language_server_state: LanguageServerState [
        "connected" Connected, "starting" Starting, "error" Error, "not-started" NotStarted
    ];
    mcp_server_state: McpServerState [
        "connecting" Connecting, "connected" Connected, "error" Error, "disconnected" Disconnected
    ];
    throughput_period: ThroughputPeriod ["day" Day, "week" Week, "month" Month];
    todo_status: TodoStatus [
        "pending" Pending, "in_progress" InProgress, "completed" Completed, "cancelled" Cancelled
    ];
}
