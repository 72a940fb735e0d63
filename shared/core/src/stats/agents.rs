//! Who is a robot, and who a machine: the lists of COUNTER and of Make Data Count.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::bytes::{RegexSet, RegexSetBuilder};

/// COUNTER's list of robots, crawlers and spiders.
const ROBOTS: &str = include_str!("../../fixtures/counter/robots.txt");
/// Make Data Count's list of programs that people have work for them.
const MACHINES: &str = include_str!("../../fixtures/counter/machines.txt");
/// Longer names of agents are looked at up to here, in bytes.
const LONGEST: usize = 1_024;

/// What sort of agent asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agent {
    /// A person with a browser.
    Person,
    /// A program in somebody's service: counted, and marked.
    Machine,
    /// Not counted.
    Robot,
}

static KNOWN: LazyLock<[RegexSet; 2]> = LazyLock::new(|| {
    let machines: BTreeSet<&str> = MACHINES.lines().collect();
    // COUNTER's list has the machines, too.
    let robots = ROBOTS.lines().filter(|pattern| !machines.contains(pattern));
    [set(robots), set(MACHINES.lines())]
});

/// What cannot be a pattern is none: a test holds that all can.
fn set(patterns: impl Iterator<Item = &'static str>) -> RegexSet {
    let mut builder = RegexSetBuilder::new(patterns.filter(|pattern| !pattern.is_empty()));
    builder.unicode(false).case_insensitive(true).build().unwrap_or_default()
}

impl Agent {
    /// What the header `User-Agent` says. Whoever does not send it is a robot, by COUNTER's list.
    pub(super) fn of(name: &str) -> Self {
        let name = name.as_bytes();
        let name = &name[..name.len().min(LONGEST)];
        let [robots, machines] = &*KNOWN;
        if robots.is_match(name) {
            return Self::Robot;
        }
        if machines.is_match(name) { Self::Machine } else { Self::Person }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_of_the_lists_is_used() {
        let [robots, machines] = &*KNOWN;
        assert_eq!((ROBOTS.lines().count(), MACHINES.lines().count()), (327, 35));
        assert_eq!((robots.len(), machines.len()), (293, 35));
    }

    #[test]
    fn agents_are_told_apart() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like \
                      Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
        for (name, agent) in [
            (firefox, Agent::Person),
            (safari, Agent::Person),
            ("curl/8.14.1", Agent::Machine),
            ("Wget/1.25.0", Agent::Machine),
            ("python-requests/2.32.4", Agent::Machine),
            ("Apache-HttpClient/5.5 (Java/21)", Agent::Machine),
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", Agent::Robot),
            ("GOOGLEBOT", Agent::Robot),
            ("Python crawler/1.0", Agent::Robot),
            ("破解后的", Agent::Robot),
            ("", Agent::Robot),
            ("-", Agent::Robot),
        ] {
            assert_eq!(Agent::of(name), agent, "{name}");
        }
        assert_eq!(Agent::of(&"é".repeat(4_000)), Agent::Person);
    }
}
