//! What commands say: results on standard output, everything else on standard error.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use serde_json::json;

use super::table::printable;

/// Where a command writes, for people or for programs.
pub(crate) struct Console {
    /// Whether a program reads the output.
    pub(crate) json: bool,
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    bar: ProgressBar,
}

impl Console {
    /// The terminal or pipe that the command was started with.
    pub(crate) fn standard(json: bool) -> Self {
        Self { json, out: Box::new(io::stdout()), err: Box::new(io::stderr()), bar: ProgressBar::hidden() }
    }

    /// Writes a result: `text` for people, `value` on one line for programs.
    pub(crate) fn result(
        &mut self,
        value: &impl Serialize,
        text: impl FnOnce() -> String,
    ) -> anyhow::Result<()> {
        let line = if self.json { serde_json::to_string(value)? } else { text() };
        let Self { bar, out, .. } = self;
        bar.suspend(|| writeln!(out, "{}", line.trim_end()).and_then(|()| out.flush()))?;
        Ok(())
    }

    /// Writes a remark beside the result. A remark that cannot be written must not stop the work.
    pub(crate) fn remark(&mut self, value: &impl Serialize, text: impl FnOnce() -> String) {
        let line =
            if self.json { serde_json::to_string(value).unwrap_or_default() } else { printable(&text()) };
        let Self { bar, err, .. } = self;
        bar.suspend(|| writeln!(err, "{line}").ok());
    }

    /// Reports why the command failed.
    pub(crate) fn error(&mut self, error: &anyhow::Error) {
        let message = format!("{error:#}");
        self.remark(&json!({ "error": message }), || format!("error: {message}"));
    }

    /// Starts a progress bar over `total` bytes (unknown: a spinner). It shows on a terminal, to people only.
    pub(crate) fn progress(&mut self, total: Option<u64>) -> ProgressBar {
        if self.json || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let template = match total {
            Some(_) => "{bar:30} {percent:>3} % {elapsed} {msg}",
            None => "{spinner} {elapsed} {msg}",
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr()).with_style(style);
        bar.enable_steady_tick(Duration::from_millis(200));
        self.bar = bar.clone();
        bar
    }
}

#[cfg(test)]
pub(crate) mod capture {
    //! A console that remembers what was written.

    use std::sync::{Arc, Mutex};

    use super::{Console, ProgressBar, Write, io};

    /// Text written so far.
    #[derive(Clone, Default)]
    pub(crate) struct Written(Arc<Mutex<Vec<u8>>>);

    impl Written {
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }

        pub(crate) fn json(&self) -> serde_json::Value {
            serde_json::from_str(&self.text()).unwrap()
        }
    }

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Console {
        /// A console with what it wrote to standard output and standard error.
        pub(crate) fn captured(json: bool) -> (Self, Written, Written) {
            let (out, err) = (Written::default(), Written::default());
            let bar = ProgressBar::hidden();
            (Self { json, out: Box::new(out.clone()), err: Box::new(err.clone()), bar }, out, err)
        }
    }
}
