//! `make infra`: writes the generated templates.

use std::{fs, path::Path};

use anyhow::Context;

fn main() -> anyhow::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let operations = folder.join("operations");
    if operations.exists() {
        fs::remove_dir_all(&operations)?;
    }
    fs::create_dir_all(&operations)?;
    for template in cairn_infra::templates() {
        let path = folder.join(&template.path);
        fs::write(&path, template.text()).with_context(|| path.display().to_string())?;
    }
    Ok(())
}
