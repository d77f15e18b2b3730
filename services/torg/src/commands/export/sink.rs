//! Rows on their way into a file: JSON Lines, or Parquet.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use jiff::Timestamp;
use parquet::{
    basic::Compression,
    data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use serde_json::{Map, Value, json};

use super::Format;

/// Rows of one row group: what is held in memory.
const GROUP: usize = 50_000;

/// What a column holds. Every column may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Whole,
    Real,
    Flag,
    Moment,
}

/// A column: its name and what it holds.
pub(super) type Column = (&'static str, Kind);

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Empty,
    Text(String),
    Whole(i64),
    Real(f64),
    Flag(bool),
    Moment(Timestamp),
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

/// A file that is written beside the one that it will be, and takes its place when it is whole.
pub(super) struct Sink {
    columns: &'static [Column],
    rows: u64,
    part: PathBuf,
    path: PathBuf,
    file: Out,
}

enum Out {
    Lines(BufWriter<File>),
    Groups {
        writer: SerializedFileWriter<File>,
        waiting: Vec<Vec<Cell>>,
    },
}

impl Sink {
    pub(super) fn create(
        path: &Path,
        format: Format,
        columns: &'static [Column],
    ) -> anyhow::Result<Self> {
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let file =
            File::create(&part).with_context(|| format!("cannot write {}", part.display()))?;
        let file = match format {
            Format::Jsonl => Out::Lines(BufWriter::new(file)),
            Format::Parquet => {
                let schema = Arc::new(parse_message_type(&message(columns))?);
                let properties = WriterProperties::builder()
                    .set_compression(Compression::SNAPPY)
                    .build();
                Out::Groups {
                    writer: SerializedFileWriter::new(file, schema, Arc::new(properties))?,
                    waiting: Vec::new(),
                }
            }
        };
        Ok(Self {
            columns,
            rows: 0,
            part,
            path: path.to_owned(),
            file,
        })
    }

    pub(super) fn add(&mut self, row: Vec<Cell>) -> anyhow::Result<()> {
        anyhow::ensure!(
            row.len() == self.columns.len(),
            "a row of {} values for {} columns",
            row.len(),
            self.columns.len()
        );
        self.rows += 1;
        match &mut self.file {
            Out::Lines(file) => {
                let fields = self.columns.iter().zip(row);
                let fields = fields.map(|((name, _), cell)| ((*name).to_owned(), value(cell)));
                let line = Value::Object(fields.collect::<Map<_, _>>());
                writeln!(file, "{line}")?;
            }
            Out::Groups { writer, waiting } => {
                waiting.push(row);
                if waiting.len() >= GROUP {
                    group(writer, self.columns, waiting)?;
                }
            }
        }
        Ok(())
    }

    /// Returns how many rows there are.
    pub(super) fn finish(self) -> anyhow::Result<u64> {
        let file = match self.file {
            Out::Lines(file) => file.into_inner()?,
            Out::Groups {
                mut writer,
                mut waiting,
            } => {
                group(&mut writer, self.columns, &mut waiting)?;
                writer.into_inner()?
            }
        };
        file.sync_all()?;
        std::fs::rename(&self.part, &self.path)?;
        Ok(self.rows)
    }
}

fn value(cell: Cell) -> Value {
    match cell {
        Cell::Empty => Value::Null,
        Cell::Text(text) => json!(text),
        Cell::Whole(number) => json!(number),
        Cell::Real(number) => json!(number),
        Cell::Flag(flag) => json!(flag),
        Cell::Moment(at) => json!(at),
    }
}

/// The schema in Parquet's own words.
fn message(columns: &[Column]) -> String {
    let fields = columns.iter().map(|(name, kind)| match kind {
        Kind::Text => format!("OPTIONAL BYTE_ARRAY {name} (UTF8);"),
        Kind::Whole => format!("OPTIONAL INT64 {name};"),
        Kind::Real => format!("OPTIONAL DOUBLE {name};"),
        Kind::Flag => format!("OPTIONAL BOOLEAN {name};"),
        Kind::Moment => format!("OPTIONAL INT64 {name} (TIMESTAMP(MICROS,true));"),
    });
    format!("message torg {{ {} }}", fields.collect::<String>())
}

fn group(
    writer: &mut SerializedFileWriter<File>,
    columns: &[Column],
    waiting: &mut Vec<Vec<Cell>>,
) -> anyhow::Result<()> {
    if waiting.is_empty() {
        return Ok(());
    }
    let rows = std::mem::take(waiting);
    let mut group = writer.next_row_group()?;
    for (place, (name, kind)) in columns.iter().enumerate() {
        let cells: Vec<&Cell> = rows.iter().filter_map(|row| row.get(place)).collect();
        let there: Vec<i16> = cells
            .iter()
            .map(|cell| i16::from(**cell != Cell::Empty))
            .collect();
        let column = group.next_column()?;
        let mut column = column.with_context(|| format!("no column {name}"))?;
        match kind {
            Kind::Text => {
                let values = cells.iter().filter_map(|cell| match cell {
                    Cell::Text(text) => Some(ByteArray::from(text.as_str())),
                    _ => None,
                });
                let values: Vec<ByteArray> = values.collect();
                let typed = column.typed::<ByteArrayType>();
                typed.write_batch(&values, Some(&there), None)?;
            }
            Kind::Whole | Kind::Moment => {
                let values = cells.iter().filter_map(|cell| match cell {
                    Cell::Whole(number) => Some(*number),
                    Cell::Moment(at) => Some(at.as_microsecond()),
                    _ => None,
                });
                let values: Vec<i64> = values.collect();
                let typed = column.typed::<Int64Type>();
                typed.write_batch(&values, Some(&there), None)?;
            }
            Kind::Real => {
                let values = cells.iter().filter_map(|cell| match cell {
                    Cell::Real(number) => Some(*number),
                    _ => None,
                });
                let values: Vec<f64> = values.collect();
                let typed = column.typed::<DoubleType>();
                typed.write_batch(&values, Some(&there), None)?;
            }
            Kind::Flag => {
                let values = cells.iter().filter_map(|cell| match cell {
                    Cell::Flag(flag) => Some(*flag),
                    _ => None,
                });
                let values: Vec<bool> = values.collect();
                let typed = column.typed::<BoolType>();
                typed.write_batch(&values, Some(&there), None)?;
            }
        }
        column.close()?;
    }
    group.close()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use parquet::{
        file::reader::{FileReader as _, SerializedFileReader},
        record::Field,
    };

    use super::*;

    const COLUMNS: &[Column] = &[
        ("who", Kind::Text),
        ("count", Kind::Whole),
        ("share", Kind::Real),
        ("paid", Kind::Flag),
        ("at", Kind::Moment),
    ];

    fn rows() -> Vec<Vec<Cell>> {
        let at = "2026-11-21T10:00:00.000001Z".parse().unwrap();
        vec![
            vec![
                Cell::Text("рюкзак".to_owned()),
                Cell::Whole(-3),
                Cell::Real(0.5),
                Cell::Flag(true),
                Cell::Moment(at),
            ],
            vec![Cell::Empty; 5],
        ]
    }

    fn written(format: Format, name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("torg-sink-{}-{name}", std::process::id()));
        let mut sink = Sink::create(&path, format, COLUMNS).unwrap();
        for row in rows() {
            sink.add(row).unwrap();
        }
        assert!(sink.add(vec![Cell::Empty]).is_err());
        assert_eq!(sink.finish().unwrap(), 2);
        path
    }

    #[test]
    fn what_is_written_as_parquet_is_read_back_by_any_reader_of_it() {
        let path = written(Format::Parquet, "parquet");
        let reader = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
        let rows: Vec<_> = reader
            .get_row_iter(None)
            .unwrap()
            .map(Result::unwrap)
            .collect();
        std::fs::remove_file(path).unwrap();
        let told: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                row.get_column_iter()
                    .map(|(name, field)| format!("{name} {field:?}"))
                    .collect()
            })
            .collect();
        assert!(
            told[0][0].contains("who") && told[0][0].contains("рюкзак"),
            "{told:?}"
        );
        assert!(
            told[0][1].contains("-3") && told[0][2].contains("0.5"),
            "{told:?}"
        );
        let moment = rows[0].get_column_iter().nth(4).unwrap().1.clone();
        assert_eq!(moment, Field::TimestampMicros(1_795_255_200_000_001));
        let empty = rows[1].get_column_iter();
        assert!(
            empty
                .map(|(_, field)| field)
                .all(|field| *field == Field::Null)
        );
    }

    #[test]
    fn what_is_written_as_json_lines_has_every_column_in_every_row() {
        let path = written(Format::Jsonl, "jsonl");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        let rows: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(rows[0]["who"], "рюкзак");
        assert_eq!(rows[0]["at"], "2026-11-21T10:00:00.000001Z");
        assert_eq!(rows[1].as_object().unwrap().len(), 5);
        assert!(rows[1]["who"].is_null());
    }
}
