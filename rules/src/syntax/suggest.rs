//! "Did you mean": the known word that is nearest to a mistyped one.

/// The nearest candidate, if one is near enough to be what was meant.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: String = word.chars().take(64).collect::<String>().to_lowercase();
    let allowed = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&word, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Help for a word that is not among the known ones: the nearest one, or all of them.
pub(crate) fn help(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => one_of(known),
    }
}

/// `one of a, b, c`; a long list is cut.
pub(crate) fn one_of(known: &[&str]) -> String {
    const SHOWN: usize = 30;
    let shown: Vec<&str> = known.iter().copied().take(SHOWN).collect();
    let more = if known.len() > SHOWN { " ..." } else { "" };
    if shown.is_empty() {
        "there is none".to_owned()
    } else {
        format!("one of {}{more}", shown.join(", "))
    }
}
