//! What somebody may have meant by a word that is not known.

/// The known word that is closest to one that is not there; `None` when none is close.
pub fn closest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let close = known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min();
    close.map(|(_, candidate)| candidate)
}

/// The same as a hint behind a sentence, `; did you mean "line"?`; empty when none is close.
pub fn nearest(word: &str, known: &[&str]) -> String {
    closest(word, known).map_or_else(String::new, |close| format!("; did you mean {close:?}?"))
}
