//! What a site decides for itself is a parameter, whose longest value fits into the variables of every function.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use super::{super::function::Function, NAME, folder, functions};

/// What is said to one machine alone, and why functions are not told.
const ONE_MACHINE: &[(&str, &str)] = &[
    ("FILES_URL", "it is the parameter FilesUrl: CAIRN_FILES_URL"),
    ("CAIRN_ADDR", "API Gateway listens"),
    ("CAIRN_FILES_ADDR", "S3 listens"),
    ("CAIRN_LOCATIONS", "roles know no other buckets, and functions have no files of credentials"),
    ("CAIRN_LOCATION", "likewise"),
    (
        "CAIRN_CUSTOM_FIELDS",
        "it can be longer than variables: CAIRN_CUSTOM_FIELDS_PARAMETER says where it is",
    ),
    ("CAIRN_DATACITE_PASSWORD", "it is a secret: CAIRN_DATACITE_PASSWORD_PARAMETER says where it is"),
    ("CAIRN_CROSSREF_PASSWORD", "it is a secret: CAIRN_CROSSREF_PASSWORD_PARAMETER says where it is"),
    ("CAIRN_LOG", "functions log what is worth telling"),
    ("CAIRN_DEBUG_TRIPS", "it is for tests"),
];
/// Where the options of one machine are.
const OPTIONS: [&str; 2] = ["serve.rs", "dois.rs"];
/// Longest values of what no parameter of the root is (AWS: names of buckets).
const MADE: [(&str, usize); 2] = [("Bucket", 63), ("TokenParameter", 13 + NAME.len())];

fn root() -> String {
    fs::read_to_string(folder().join("../template.yaml")).unwrap()
}

/// The longest value that a parameter may have.
fn longest(parameter: &str) -> usize {
    if let Some((_, length)) = MADE.iter().find(|(made, _)| *made == parameter) {
        return *length;
    }
    let root = root();
    let (_, block) = root.split_once(&format!("\n  {parameter}:\n    Type: ")).expect(parameter);
    let block: Vec<&str> =
        block.lines().take_while(|line| !line.starts_with("  ") || line.starts_with("    ")).collect();
    let found = |key: &str| block.iter().find_map(|line| line.trim().strip_prefix(key));
    if let Some(values) = found("AllowedValues: ") {
        return values.split(',').map(|value| value.trim_matches([' ', '[', ']', '\'']).len()).max().unwrap();
    }
    let most = found("MaxLength: ").unwrap_or_else(|| panic!("{parameter}: what is its longest value?"));
    most.parse().unwrap()
}

fn length(value: &Value) -> usize {
    match value["Ref"].as_str() {
        Some(parameter) => longest(parameter),
        None => value.to_string().len() + NAME.len(),
    }
}

#[test]
fn variables_of_functions_fit_whatever_a_site_says() {
    for function in functions() {
        let variables = function.environment();
        let bytes: usize = variables.iter().map(|(name, value)| name.len() + length(value)).sum();
        assert!(bytes <= 4_096, "{}: {bytes} bytes of variables", function.handler);
    }
}

#[test]
fn whatever_one_machine_is_told_functions_are_told_too() {
    let given: BTreeSet<String> =
        functions().iter().flat_map(Function::environment).map(|(name, _)| name).collect();
    let commands = folder().join("../functions/local/src/commands");
    let mut options = 0;
    for file in OPTIONS {
        let text = fs::read_to_string(commands.join(file)).unwrap();
        for rest in text.split("env = \"").skip(1) {
            let name = rest.split('"').next().unwrap();
            let excused = ONE_MACHINE.iter().any(|(known, _)| *known == name);
            assert!(given.contains(name) != excused, "{name}: is it a parameter, or not?");
            options += 1;
        }
    }
    assert!(options > 15, "{options}");
    for (name, _) in ONE_MACHINE {
        let known = OPTIONS.iter().any(|file| {
            fs::read_to_string(commands.join(file)).unwrap().contains(&format!("env = \"{name}\""))
        });
        assert!(known, "{name} is no option any more");
    }
}
