//! The declarations of the contract's objects: structs and enums as Rust writes them, and how they stand on the wire.
//!
//! A field says it after its type, with a word of [`presence`](crate::presence) and its name in JSON:
//! `pub step_id: Option<StepId> = optional("stepId")`. A variant says its tag: `ToolCall = "tool-call" { … }`.

/// Declares structs that are objects on the wire.
macro_rules! records {
    ($(
        $(#[$attribute:meta])*
        pub struct $name:ident {
            $($(#[$field_attribute:meta])* pub $field:ident: $type:ty = $presence:ident($wire_name:literal),)*
        }
    )*) => {$(
        $(#[$attribute])*
        pub struct $name {
            $($(#[$field_attribute])* pub $field: $type,)*
        }

        impl $crate::wire::Record for $name {
            fn read_fields(fields: &mut $crate::wire::Fields) -> Result<Self, serde_json::Error> {
                Ok(Self { $($field: $presence::read(fields, $wire_name)?,)* })
            }

            fn write_fields(&self, fields: &mut $crate::wire::Fields) {
                $($presence::write(&self.$field, fields, $wire_name);)*
            }
        }

        $crate::wire::serde_by_wire!($name);
    )*};
}

/// Declares an enum whose variants are objects on the wire, told apart by a field of theirs.
///
/// A variant has fields of its own, or those of a struct: `ChatSend = "chat.send" (request: ChatRequest)`.
macro_rules! union {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident tagged $tag_field:literal {$(
            $(#[$variant_attribute:meta])*
            $variant:ident = $tag:literal
                $(($record:ident: $record_type:ty))?
                $({
                    $($(#[$field_attribute:meta])* $field:ident: $type:ty = $presence:ident($wire_name:literal),)*
                })?
        ,)*}
    ) => {
        $(#[$attribute])*
        pub enum $name {$(
            $(#[$variant_attribute])*
            $variant
                $(($record_type))?
                $({ $($(#[$field_attribute])* $field: $type,)* })?
        ,)*}

        impl $crate::Tagged for $name {
            const TAG: &'static str = $tag_field;

            const TAGS: &'static [&'static str] = &[$($tag,)*];

            fn read_variant(
                tag: &str,
                fields: &mut $crate::wire::Fields,
            ) -> Result<Option<Self>, serde_json::Error> {
                Ok(Some(match tag {
                    $($tag => Self::$variant {
                        $(0: <$record_type as $crate::wire::Record>::read_fields(fields)?,)?
                        $($($field: $presence::read(fields, $wire_name)?,)*)?
                    },)*
                    _ => return Ok(None),
                }))
            }

            fn write_variant(&self, fields: &mut $crate::wire::Fields) -> &'static str {
                match self {$(
                    Self::$variant { $(0: $record,)? $($($field,)*)? } => {
                        $($crate::wire::Record::write_fields($record, fields);)?
                        $($($presence::write($field, fields, $wire_name);)*)?
                        $tag
                    }
                )*}
            }
        }
    };
}

pub(crate) use {records, union};
