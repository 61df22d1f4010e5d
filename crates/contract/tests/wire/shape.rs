//! What every type of the contract owes its JSON, said once: a literal goes in and comes out equal, an optional field
//! that is absent stays absent, an unknown field is ignored, and a field that is missing or wrong is refused.

use dispatch_contract::{AgentEvent, Open, Tagged};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::fmt::Debug;

/// Reads JSON text as `T` and gives what `T` writes of it.
pub(crate) fn rewrite<T: DeserializeOwned + Serialize>(json: &Value) -> Result<Value, String> {
    let value: T = serde_json::from_str(&json.to_string()).map_err(|error| error.to_string())?;
    let text = serde_json::to_string(&value).map_err(|error| format!("cannot be written: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{text} cannot be read again: {error}"))
}

/// Equality of JSON values where `5` and `5.0` are one number, as JSON has it and `serde_json` does not.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) if a.is_f64() || b.is_f64() => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        (left, right) => left == right,
    }
}

/// Asserts that `json` comes out of `T` as it went in.
#[track_caller]
pub(crate) fn keeps<T: DeserializeOwned + Serialize>(json: Value) {
    becomes::<T>(&json, &json);
}

/// Asserts what comes out of `T` when `json` goes in.
#[track_caller]
pub(crate) fn becomes<T: DeserializeOwned + Serialize>(json: &Value, expected: &Value) {
    match rewrite::<T>(json) {
        Ok(written) => assert!(same(&written, expected), "{json}\nbecame   {written}\ninstead of {expected}"),
        Err(error) => panic!("{json} was refused: {error}"),
    }
}

/// A union that stays open, and so could pass every round trip by knowing nothing.
pub(crate) trait Union: DeserializeOwned + Serialize + Debug + PartialEq {
    fn is_known(&self) -> bool;
}

impl<T: Tagged + Debug + PartialEq> Union for Open<T> {
    fn is_known(&self) -> bool {
        self.known().is_some()
    }
}

impl Union for AgentEvent {
    fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown { .. })
    }
}

/// One JSON object of the contract: the fields it always has and those it may have. A number that is written with a
/// fraction may have one, a whole one may not.
pub(crate) struct Shape {
    required: Map<String, Value>,
    optional: Map<String, Value>,
    nullable: &'static [&'static str],
    any: &'static [&'static str],
    defaulted: &'static [&'static str],
    tag: Option<&'static str>,
    rewrite: fn(&Value) -> Result<Value, String>,
}

fn fields(json: Value) -> Map<String, Value> {
    let Value::Object(fields) = json else { panic!("a shape is written as an object") };
    fields
}

fn shape(required: Value, optional: Value, rewrite: fn(&Value) -> Result<Value, String>) -> Shape {
    let (required, optional) = (fields(required), fields(optional));
    Shape { required, optional, nullable: &[], any: &[], defaulted: &[], tag: None, rewrite }
}

/// A plain object.
pub(crate) fn plain<T: DeserializeOwned + Serialize>(required: Value, optional: Value) -> Shape {
    shape(required, optional, rewrite::<T>)
}

/// A variant of a union, which must be known to it.
pub(crate) fn variant<T: Union>(required: Value, optional: Value) -> Shape {
    let tag = if required.get("kind").is_some() { "kind" } else { "type" };
    let rewrite = |json: &Value| {
        let value: T = serde_json::from_str(&json.to_string()).map_err(|error| error.to_string())?;
        assert!(value.is_known(), "{json} is not known");
        rewrite::<T>(json)
    };
    Shape { tag: Some(tag), ..shape(required, optional, rewrite) }
}

/// An event of a turn: a variant with the two ids that all of them have.
pub(crate) fn event(required: Value, optional: Value) -> Shape {
    let mut required = fields(required);
    required.extend(fields(json!({"conversationId": "c1", "turnId": "t1"})));
    variant::<AgentEvent>(Value::Object(required), optional)
}

impl Shape {
    /// Fields that may be null but stay.
    pub(crate) fn nullable(self, nullable: &'static [&'static str]) -> Self {
        Self { nullable, ..self }
    }

    /// Fields that hold any JSON.
    pub(crate) fn any(self, any: &'static [&'static str]) -> Self {
        Self { any, ..self }
    }

    /// Fields that are always written and need not be there to be read.
    pub(crate) fn defaulted(self, defaulted: &'static [&'static str]) -> Self {
        Self { defaulted, ..self }
    }

    /// The variant's tag.
    pub(crate) fn tag(&self) -> Option<&str> {
        self.required.get(self.tag?)?.as_str()
    }

    fn with(&self, name: &str, value: &Value) -> Value {
        let mut fields = self.required.clone();
        fields.insert(name.to_owned(), value.clone());
        Value::Object(fields)
    }

    fn assert_kept(&self, json: &Value, expected: &Value) {
        match (self.rewrite)(json) {
            Ok(written) => assert!(same(&written, expected), "{json}\nbecame   {written}\ninstead of {expected}"),
            Err(error) => panic!("{json} was refused: {error}"),
        }
    }

    /// With and without each optional field, empty texts and nulls as the contract has them, and with more than it has.
    pub(crate) fn round_trips(&self) {
        let least = Value::Object(self.required.clone());
        let all = Value::Object(self.required.clone().into_iter().chain(self.optional.clone()).collect());
        let mut cases = vec![least.clone(), all];
        for (name, value) in &self.optional {
            cases.push(self.with(name, value));
            if value.is_string() {
                cases.push(self.with(name, &json!("")));
            }
        }
        for (name, number) in self.required.iter().chain(&self.optional).filter(|(_, value)| value.is_f64()) {
            cases.extend(number.as_f64().map(|number| self.with(name, &json!(number.floor() as i64))));
        }
        cases.extend(self.nullable.iter().chain(self.any).map(|name| self.with(name, &Value::Null)));
        for case in &cases {
            self.assert_kept(case, case);
        }
        self.assert_kept(&self.with("x-unknown", &json!({"deep": [1, null]})), &least);
    }

    /// Without each required field, and with each field of another type. A union's error must name the field.
    pub(crate) fn refuses_what_is_missing_or_wrong(&self) {
        let is_in = |names: &[&str], name: &str| names.contains(&name);
        for name in self.required.keys().filter(|name| !is_in(self.nullable, name) && !is_in(self.defaulted, name)) {
            let mut fields = self.required.clone();
            fields.remove(name);
            self.assert_refused(Value::Object(fields), &format!("missing field `{name}`"));
            if !is_in(self.any, name) {
                self.assert_refused(self.with(name, &Value::Null), "");
            }
        }
        for (name, value) in self.required.iter().chain(&self.optional) {
            if is_in(self.any, name) {
                continue;
            }
            let wrong = if value.is_array() || value.is_object() { json!(7) } else { json!([[]]) };
            let named = if self.tag.is_some() { format!("`{name}`") } else { String::new() };
            self.assert_refused(self.with(name, &wrong), &named);
            if value.is_i64() {
                self.assert_refused(self.with(name, &json!(1.5)), &named);
            }
        }
    }

    fn assert_refused(&self, json: Value, reason: &str) {
        match (self.rewrite)(&json) {
            Ok(written) => panic!("{json} was accepted as {written}"),
            Err(error) => assert!(error.contains(reason), "{json}: `{error}` does not say {reason:?}"),
        }
    }
}
