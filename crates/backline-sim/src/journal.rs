//! State on disk: an append-only file of records, the last one of a key wins.
//!
//! One line is one JSON record, written with a single `write` before the request is answered, so state
//! survives kill -9 (not a power cut; a simulator does not need that). Opening compacts the file. A last line
//! that was cut in the middle is dropped.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

#[derive(Deserialize)]
struct Line {
    t: String,
    k: String,
    /// Absent means deleted.
    #[serde(default)]
    v: Option<Value>,
}

/// A [`Line`] as it is written.
#[derive(Serialize)]
struct Record<'a, T> {
    t: &'a str,
    k: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    v: Option<&'a T>,
}

/// Everything that was in the file when it was opened, by table and key.
#[derive(Debug, Default)]
pub struct Records(BTreeMap<String, BTreeMap<String, Value>>);

impl Records {
    /// Takes one table out, in key order. A record of another shape is an error of this program's own making.
    pub fn take<T: DeserializeOwned>(&mut self, table: &str) -> io::Result<Vec<(String, T)>> {
        let rows = self.0.remove(table).unwrap_or_default();
        rows.into_iter().map(|(key, value)| Ok((key, serde_json::from_value(value)?))).collect()
    }

    /// The keys of a table.
    pub fn keys(&self, table: &str) -> impl Iterator<Item = &str> {
        self.0.get(table).into_iter().flat_map(|rows| rows.keys().map(String::as_str))
    }
}

/// Where records go. Without a path nothing is kept, for tests.
#[derive(Debug)]
pub struct Journal {
    file: Option<Mutex<File>>,
}

impl Journal {
    pub fn in_memory() -> Self {
        Self { file: None }
    }

    /// Opens or creates `path`, compacts it, and gives back what it holds.
    pub fn open(path: &Path) -> io::Result<(Self, Records)> {
        let records = read(path)?;
        let compacted = with_suffix(path, "new");
        {
            let mut out = io::BufWriter::new(File::create(&compacted)?);
            for (table, rows) in &records.0 {
                for (key, value) in rows {
                    write_line(&mut out, &Record { t: table, k: key, v: Some(value) })?;
                }
            }
            out.flush()?;
        }
        fs::rename(&compacted, path)?;
        let file = OpenOptions::new().append(true).open(path)?;
        Ok((Self { file: Some(Mutex::new(file)) }, records))
    }

    pub fn put<T: Serialize>(&self, table: &str, key: impl ToString, value: &T) {
        if self.file.is_some() {
            let mut batch = Batch::default();
            batch.put(table, key, value);
            self.write(&batch);
        }
    }

    pub fn delete(&self, table: &str, key: impl ToString) {
        let mut batch = Batch::default();
        batch.delete(table, key);
        self.write(&batch);
    }

    /// Writes every record of `batch` at once: after a crash all of them are there, or none.
    pub fn write(&self, batch: &Batch) {
        let Some(file) = &self.file else { return };
        let mut file = file.lock().expect("no panic while the journal is held");
        if let Err(error) = file.write_all(&batch.0) {
            tracing::error!(%error, "the simulator could not keep a record");
        }
    }
}

/// Records that belong together.
#[derive(Debug, Default)]
pub struct Batch(Vec<u8>);

impl Batch {
    pub fn put<T: Serialize>(&mut self, table: &str, key: impl ToString, value: &T) {
        self.push(&Record { t: table, k: &key.to_string(), v: Some(value) });
    }

    pub fn delete(&mut self, table: &str, key: impl ToString) {
        self.push(&Record::<()> { t: table, k: &key.to_string(), v: None });
    }

    fn push<T: Serialize>(&mut self, record: &Record<T>) {
        write_line(&mut self.0, record).expect("simulator state is plain JSON, and a vector takes all bytes");
    }
}

fn write_line<T: Serialize>(out: &mut impl Write, record: &Record<T>) -> io::Result<()> {
    serde_json::to_writer(&mut *out, record)?;
    out.write_all(b"\n")
}

fn read(path: &Path) -> io::Result<Records> {
    let mut records = Records::default();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(records),
        Err(error) => return Err(error),
    };
    for line in BufReader::new(file).lines() {
        let Ok(line) = serde_json::from_str::<Line>(&line?) else { continue };
        let table = records.0.entry(line.t).or_default();
        match line.v {
            Some(value) => table.insert(line.k, value),
            None => table.remove(&line.k),
        };
    }
    Ok(records)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}
