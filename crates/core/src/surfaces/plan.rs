//! What a view draws of a surface: blocks in order, in the words they show. Neighbouring stats are one table; what cannot
//! be drawn is not there. A table may be as large as an extension likes, so only its beginning is handed over.

use super::number::number_words;
use super::{Drawable, Holding, Standing, Surfaces};
use crate::time::round_half_up;
use crate::warming::Countdown;
use crate::{ConversationId, Millis};
use dispatch_contract::{ActionId, ActionRef, CatalogEntry, Field, QueuedMessage, SurfaceId, Table, Todo, TodoStatus};
use serde_json::Value;

/// How many values of a stat make its line.
pub const SPARK_POINTS: usize = 60;
/// With fewer values a line says nothing.
const SPARK_LEAST: usize = 3;
/// How many rows of a table are shown at first.
pub const TABLE_FIRST_ROWS: usize = 50;
/// How many are shown when all are asked for: more would hold up the page.
pub const TABLE_MOST_ROWS: usize = 1_000;
/// How many columns are shown.
pub const TABLE_MOST_COLUMNS: usize = 30;
/// How many fields a surface is taken to have of which nothing is known yet.
const PLACEHOLDERS: usize = 3;
/// What a cell shows that is neither text nor number nor truth.
const NO_VALUE: &str = "—";

/// A surface.
#[derive(Clone, Debug, PartialEq)]
pub struct SurfaceView {
    /// Its id.
    pub id: SurfaceId,
    /// Whose it is; none if it is everybody's.
    pub conversation: Option<ConversationId>,
    /// Its title.
    pub title: String,
    /// Where its extension would like to stand; an open hint.
    pub region: String,
    /// How what is shown stands to the truth.
    pub standing: Standing,
    /// Whether its controls may be used. Without a connection they may, and say that nothing was sent.
    pub is_operable: bool,
    /// When it was last told, see [`updated_words`].
    pub updated_at: Option<Millis>,
    /// Why the backend does not give it, in its words.
    pub refusal: Option<String>,
    /// Before anything came: how many blocks it will have, as far as is known from other conversations.
    pub placeholders: usize,
    /// What it shows.
    pub blocks: Vec<BlockView>,
}

/// A block.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockView {
    /// The same as long as it is about the same thing, and in its surface no other's.
    pub key: String,
    /// What it is.
    pub block: Block,
}

/// The kinds of blocks.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Values to read, one a line.
    Stats(Vec<StatView>),
    /// A switch.
    Toggle {
        /// What it is called and stands for.
        control: Control,
        /// Whether it is on, or is to be.
        is_on: bool,
    },
    /// How far something is.
    Progress {
        /// Its name.
        label: String,
        /// From 0 to 100.
        percent: u64,
        /// `76%`.
        words: String,
    },
    /// One of several.
    Selector {
        /// What it is called and stands for.
        control: Control,
        /// The value of the chosen option.
        value: String,
        /// The options in order; the chosen one is always among them.
        options: Vec<OptionView>,
    },
    /// A number to set.
    Number {
        /// What it is called and stands for.
        control: Control,
        /// The number.
        value: String,
        /// The least that is taken.
        min: Option<String>,
        /// The most that is taken.
        max: Option<String>,
        /// By how much one key press changes it.
        step: Option<String>,
        /// What it counts.
        unit: Option<String>,
    },
    /// Something to do.
    Button(Control),
    /// Rows under headings.
    Table(TableView),
    /// What the model means to do, and `2 of 5 done`.
    Todo {
        /// The entries in order.
        entries: Vec<TodoView>,
        /// How far they are.
        words: String,
    },
    /// Messages that wait.
    Queue(Vec<QueuedMessage>),
    /// A clock that runs down.
    Countdown(Countdown),
}

impl Block {
    /// What it has if it is a control.
    pub fn control(&self) -> Option<&Control> {
        match self {
            Self::Toggle { control, .. } | Self::Selector { control, .. } | Self::Number { control, .. } => {
                Some(control)
            }
            Self::Button(control) => Some(control),
            Self::Stats(_)
            | Self::Progress { .. }
            | Self::Table(_)
            | Self::Todo { .. }
            | Self::Queue(_)
            | Self::Countdown(_) => None,
        }
    }
}

/// What every control has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// What using it asks for.
    pub action: ActionId,
    /// Its name.
    pub label: String,
    /// It shows what was asked of it, and waits for the answer.
    pub is_pending: bool,
    /// What is said beside it: why nothing was sent, or what became of it.
    pub note: Option<String>,
}

/// A value to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatView {
    /// Its name.
    pub label: String,
    /// Its text.
    pub value: String,
    /// How it went, where it is a number that moved: heights from 0 to 100, the newest last.
    pub spark: Vec<u8>,
}

/// An option of a selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionView {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

/// The beginning of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableView {
    /// The headings.
    pub columns: Vec<String>,
    /// The rows, up to [`TABLE_MOST_ROWS`] of them. A view shows the first [`TABLE_FIRST_ROWS`] until it is asked for all.
    pub rows: Vec<Vec<String>>,
    /// What is not handed over, in words; empty if nothing is.
    pub missing: String,
}

impl TableView {
    /// What the button says that shows the rest of the rows, if there is a rest.
    pub fn more_words(&self) -> Option<String> {
        (self.rows.len() > TABLE_FIRST_ROWS).then(|| match self.missing.is_empty() {
            true => format!("Show all {} rows", self.rows.len()),
            false => format!("Show {} rows", self.rows.len()),
        })
    }
}

/// An entry of a todo list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TodoView {
    /// What is to be done.
    pub content: String,
    /// How far it is.
    pub status: TodoStatus,
    /// That in words.
    pub words: String,
    /// How urgent it is, in the backend's words.
    pub priority: Option<String>,
}

/// When something was last told, for a line that ticks: `updated 3 s ago`.
pub fn updated_words(now: Millis, at: Millis) -> String {
    let seconds = (now.since(at) / 1000.0) as u64;
    match seconds {
        0 => "updated just now".to_owned(),
        1..60 => format!("updated {seconds} s ago"),
        60..3600 => format!("updated {} min ago", seconds / 60),
        _ => format!("updated {} h ago", seconds / 3600),
    }
}

impl Surfaces {
    /// Every surface that has no view of its own, in the catalogue's order.
    pub(crate) fn views(&self, is_connected: bool) -> Vec<SurfaceView> {
        let has_own_view = |entry: &&CatalogEntry| [super::WARMING, super::QUEUE].contains(&entry.id.as_str());
        let entries = self.catalogue.iter().filter(|entry| !has_own_view(entry));
        entries.filter_map(|entry| self.view(entry, is_connected)).collect()
    }

    /// A held surface.
    fn view(&self, entry: &CatalogEntry, is_connected: bool) -> Option<SurfaceView> {
        let of = self.holding(&entry.id)?;
        let known = self.known(of);
        let elsewhere = self.known.iter().find(|known| known.of.surface == entry.id);
        let standing = self.standing(of);
        // Its state may say more than the catalogue, such as how many there are of something.
        let titles = [known.map_or("", |known| &known.title), &entry.title, entry.id.as_str()];
        let refused = self.refused.iter().find(|(surface, _)| *surface == entry.id);
        Some(SurfaceView {
            id: entry.id.clone(),
            conversation: of.conversation.clone(),
            title: titles.into_iter().find(|title| !title.trim().is_empty()).unwrap_or_default().to_owned(),
            region: entry.region.clone(),
            standing,
            is_operable: standing == Standing::Current || !is_connected,
            updated_at: known.map(|known| known.at),
            refusal: refused.map(|(_, words)| words.clone()),
            placeholders: elsewhere.map_or(PLACEHOLDERS, |known| known.fields.len()),
            blocks: self.blocks(of),
        })
    }

    fn blocks(&self, of: &Holding) -> Vec<BlockView> {
        let (mut blocks, mut names): (Vec<BlockView>, Vec<String>) = (Vec::new(), Vec::new());
        let Some(known) = self.known(of) else { return blocks };
        for field in &known.fields {
            let (kind, name, block) = match field {
                Drawable::Field(Field::Stat { label, value }) => {
                    let mut spark = known.series.heights(label);
                    if spark.len() < SPARK_LEAST {
                        spark.clear();
                    }
                    let stat = StatView { label: label.clone(), value: value.clone(), spark };
                    if let Some(BlockView { block: Block::Stats(stats), .. }) = blocks.last_mut() {
                        stats.push(stat);
                        continue;
                    }
                    ("stats", "", Block::Stats(vec![stat]))
                }
                Drawable::Field(field) => {
                    let Some(block) = self.control_block(of, field) else { continue };
                    let (kind, name) = name_of(field);
                    (kind, name, block)
                }
                Drawable::Table(table) => ("table", "", Block::Table(table_view(table))),
                Drawable::Todo(list) => ("todo", "", todo_block(&list.todos)),
                Drawable::Queue(queue) => ("queue", "", Block::Queue(queue.messages.clone())),
                Drawable::Timer(timer) => ("timer", "", Block::Countdown(Countdown::of_timer(timer))),
            };
            let name = [kind, ":", name].concat();
            let before = names.iter().filter(|known| **known == name).count();
            blocks.push(BlockView { key: format!("{name}#{before}"), block });
            names.push(name);
        }
        blocks
    }

    /// The block of a field that is not a stat.
    fn control_block(&self, of: &Holding, field: &Field) -> Option<Block> {
        Some(match field {
            Field::Toggle { label, value, action } => {
                let asked = self.asked(of, action).and_then(Value::as_bool);
                Block::Toggle { control: self.control(of, label, action), is_on: asked.unwrap_or(*value) }
            }
            Field::Progress { label, value } => {
                let percent = round_half_up(value.clamp(0.0, 1.0) * 100.0);
                Block::Progress { label: label.clone(), percent, words: format!("{percent}%") }
            }
            Field::Selector { label, value, options, action } => {
                let asked = self.asked(of, action).and_then(Value::as_str);
                let value = asked.unwrap_or(value).to_owned();
                let view = |value: &String, label: &String| OptionView { value: value.clone(), label: label.clone() };
                let mut options: Vec<OptionView> =
                    options.iter().map(|option| view(&option.value, &option.label)).collect();
                if options.iter().all(|option| option.value != value) {
                    options.push(view(&value, &value));
                }
                Block::Selector { control: self.control(of, label, action), value, options }
            }
            Field::Number { label, value, min, max, step, unit, action } => {
                let asked = self.asked(of, action).and_then(Value::as_f64);
                Block::Number {
                    control: self.control(of, label, action),
                    value: number_words(asked.unwrap_or(*value)),
                    min: min.map(number_words),
                    max: max.map(number_words),
                    step: step.filter(|step| *step > 0.0).map(number_words),
                    unit: unit.clone(),
                }
            }
            Field::Button { label, action } => Block::Button(self.control(of, label, action)),
            Field::Stat { .. } | Field::Custom { .. } => return None,
        })
    }

    fn control(&self, of: &Holding, label: &str, action: &ActionRef) -> Control {
        let action = &action.action_id;
        Control {
            label: if label.trim().is_empty() { action.as_str() } else { label }.to_owned(),
            is_pending: self.pending(of, action).is_some(),
            note: self.note_of(of, action).map(str::to_owned),
            action: action.clone(),
        }
    }

    /// What a control shows instead of its value until it is answered.
    fn asked(&self, of: &Holding, action: &ActionRef) -> Option<&Value> {
        self.pending(of, &action.action_id)?.payload.as_ref()
    }

    /// The first field of a held surface that `wanted` takes, as a block: for views that know where their controls stand.
    pub(crate) fn first_block(&self, surface: &str, wanted: impl Fn(&Field) -> bool) -> Option<Block> {
        let of = self.held.iter().find(|held| held.surface.as_str() == surface)?;
        let field = self.known(of)?.fields.iter().find_map(|field| {
            let Drawable::Field(field) = field else { return None };
            wanted(field).then_some(field)
        })?;
        self.control_block(of, field)
    }

    /// Whose the conversation's surfaces are.
    pub(crate) fn scope(&self) -> Option<&ConversationId> {
        self.scope.as_ref()
    }
}

/// What tells a field from its neighbours.
fn name_of(field: &Field) -> (&'static str, &str) {
    match field {
        Field::Toggle { action, .. } => ("toggle", action.action_id.as_str()),
        Field::Progress { label, .. } => ("progress", label),
        Field::Selector { action, .. } => ("selector", action.action_id.as_str()),
        Field::Stat { label, .. } => ("stat", label),
        Field::Number { action, .. } => ("number", action.action_id.as_str()),
        Field::Button { action, .. } => ("button", action.action_id.as_str()),
        Field::Custom { renderer_id, .. } => ("custom", renderer_id),
    }
}

fn table_view(table: &Table) -> TableView {
    let row = |row: &Vec<Value>| row.iter().take(TABLE_MOST_COLUMNS).map(cell).collect();
    let widest = table.rows.iter().map(Vec::len).max().unwrap_or(0).max(table.columns.len());
    let cut = |shown: usize, all: usize, what: &str| (all > shown).then(|| format!("{shown} of {all} {what}"));
    let missing = [cut(TABLE_MOST_ROWS, table.rows.len(), "rows"), cut(TABLE_MOST_COLUMNS, widest, "columns")];
    TableView {
        columns: table.columns.iter().take(TABLE_MOST_COLUMNS).cloned().collect(),
        rows: table.rows.iter().take(TABLE_MOST_ROWS).map(row).collect(),
        missing: missing.into_iter().flatten().collect::<Vec<_>>().join(", "),
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Null | Value::Array(_) | Value::Object(_) => NO_VALUE.to_owned(),
    }
}

fn todo_block(todos: &[Todo]) -> Block {
    let entry = |todo: &Todo| TodoView {
        content: todo.content.clone(),
        status: todo.status.clone(),
        words: match &todo.status {
            TodoStatus::Pending => "to do",
            TodoStatus::InProgress => "in progress",
            TodoStatus::Completed => "done",
            TodoStatus::Cancelled => "cancelled",
            TodoStatus::Unknown(word) => word,
        }
        .to_owned(),
        priority: todo.priority.clone(),
    };
    let done = todos.iter().filter(|todo| todo.status == TodoStatus::Completed).count();
    let planned = todos.iter().filter(|todo| todo.status != TodoStatus::Cancelled).count();
    Block::Todo { entries: todos.iter().map(entry).collect(), words: format!("{done} of {planned} done") }
}
