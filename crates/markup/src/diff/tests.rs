//! Differences: by example, against the definition of a shortest one, and from patches.

use super::*;
use proptest::prelude::*;

/// One line each: numbers, sign and text, with marked words in `[]` and `$` where the text ends without a newline.
fn told(changes: &Changes<'_>) -> String {
    let mut told = String::new();
    for hunk in &changes.hunks {
        told.push_str(&format!("@@ {}\n", hunk.heading));
        for line in &hunk.lines {
            let number = |number: Option<u32>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
            let mut text = line.text.to_owned();
            for mark in line.marks.iter().rev() {
                text.insert(mark.end, ']');
                text.insert(mark.start, '[');
            }
            let sign = match line.kind {
                Kind::Same => ' ',
                Kind::Added => '+',
                Kind::Removed => '-',
            };
            let end = if line.unended { "$" } else { "" };
            told.push_str(&format!("{} {} {sign}{text}{end}\n", number(line.old), number(line.new)));
        }
    }
    told
}

#[track_caller]
fn check(old: &str, new: &str, context: usize, expected: &str) {
    let changes = compare(old, new, context);
    assert_eq!(told(&changes), expected);
    assert!(!changes.rough);
}

#[test]
fn hunks_have_context_and_numbers() {
    let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    check(old, old, 3, "");
    check(old, "1\n2\nx\n4\n5\n6\n7\n8\n9\n", 1, "@@ \n2 2  2\n3 - -3\n- 3 +x\n4 4  4\n");
    check(old, "1\nx\n2\n3\n4\n6\n7\n8\n9\n", 1, "@@ \n1 1  1\n- 2 +x\n2 3  2\n@@ \n4 5  4\n5 - -5\n6 6  6\n");
    check(old, "1\nx\n2\n3\n5\n6\n7\n8\n9\n", 1, "@@ \n1 1  1\n- 2 +x\n2 3  2\n3 4  3\n4 - -4\n5 5  5\n");
    check(old, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", 0, "@@ \n- 10 +10\n");
    check("", "a\nb", 3, "@@ \n- 1 +a\n- 2 +b$\n");
    check("a\n", "", 3, "@@ \n1 - -a\n");
    check("a\nb", "a\nb\n", 3, "@@ \n1 1  a\n2 - -b$\n- 2 +b\n");
}

#[test]
fn whole_functions_are_added() {
    let old = "fn a() {\n    x();\n}\n\nfn c() {\n}\n";
    let new = "fn a() {\n    x();\n}\n\nfn b() {\n    y();\n}\n\nfn c() {\n}\n";
    check(old, new, 1, "@@ \n4 4  \n- 5 +fn b() {\n- 6 +    y();\n- 7 +}\n- 8 +\n5 9  fn c() {\n");
    check(new, old, 0, "@@ \n5 - -fn b() {\n6 - -    y();\n7 - -}\n8 - -\n");
    let (old, new) = ("    a {\n        1\n    }\n", "    a {\n        1\n    }\n    b {\n        1\n    }\n");
    check(old, new, 0, "@@ \n- 4 +    b {\n- 5 +        1\n- 6 +    }\n");
}

#[test]
fn words_that_differ_are_marked() {
    check("let a = one(1);\n", "let b = one(1);\n", 0, "@@ \n1 - -let [a] = one(1);\n- 1 +let [b] = one(1);\n");
    check("call(x)\n", "call(x, y)?\n", 0, "@@ \n1 - -call(x)\n- 1 +call(x[, y])[?]\n");
    check("the old ways in é\n", "the new text in é\n", 0, "@@ \n1 - -the [old ways] in é\n- 1 +the [new text] in é\n");
    check("nothing alike\n", "a + b + c\n", 0, "@@ \n1 - -nothing alike\n- 1 +a + b + c\n");
    let expected = "@@ \n1 - -call_it(1)\n- 1 +// A word.\n- 2 +call_it([2])\n";
    check("call_it(1)\n", "// A word.\ncall_it(2)\n", 0, &expected.replace("call_it(1)", "call_it([1])"));
    check("  a\n", "a\n", 0, "@@ \n1 - -[  ]a\n- 1 +a\n");
    let long = "word ".repeat(500);
    let changes = compare(&long, "word word", 0);
    assert!(changes.hunks[0].lines.iter().all(|line| line.marks.is_empty()));
}

#[test]
fn patience_ends_and_what_is_shown_is_still_true() {
    // Every line in both texts, in an order that has little in common.
    let line = |number: usize| format!("{}\n", number % 5003);
    let old: String = (0..20_000).map(|number| line(number * 7919)).collect();
    let new: String = (0..20_000).map(|number| line(number * 104_729)).collect();
    let changes = compare(&old, &new, 0);
    assert!(changes.rough);
    assert_eq!(both(&old, &new, 0), (old.clone(), new.clone()));
    assert!(!compare(&old, &"entirely other\n".repeat(20_000), 0).rough);
}

#[test]
fn words_are_marked_while_patience_lasts() {
    let text =
        |end: &str| -> String { (0..3000).map(|number| format!("{number} {}{end}\n", "word ".repeat(100))).collect() };
    let (old, new) = (text("a"), text("b"));
    let changes = compare(&old, &new, 0);
    let lines: Vec<_> = changes.hunks.iter().flat_map(|hunk| &hunk.lines).collect();
    assert_eq!((lines[0].marks.len(), lines[3000].marks.len()), (1, 1));
    assert!(lines.iter().rev().take(100).all(|line| line.marks.is_empty()));
}

#[test]
fn patches_are_read() {
    let patch = "A message\ndiff --git a/x.rs b/x.rs\nindex 1..2 100644\n--- a/x.rs\n+++ b/x.rs\n@@ -1,3 +1,3 @@ fn a()\n one\n\
                 -let two = 2;\n+let two = 3;\n\n@@ -9 +9,0 @@\n--- gone\n\\ No newline at end of file\ndiff --git a/o b/n\n\
                 similarity index 100%\nrename from o\nrename to n\ndiff --git a/i.png b/i.png\nnew file mode 1\nBinary files\n\
                 --- /dev/null\t1970\n+++ b/y\n@@ -0,0 +1 @@\n+hi\n-- \n2.1\n";
    let files = read_patch(patch).expect("a patch");
    let told: Vec<String> = files
        .iter()
        .map(|file| {
            let changes = &file.changes;
            format!(
                "{:?} {:?} {} +{} -{}\n{}",
                file.old_path,
                file.new_path,
                file.notes.join("|"),
                changes.added,
                changes.removed,
                told(changes)
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "Some(\"x.rs\") Some(\"x.rs\") A message|diff --git a/x.rs b/x.rs|index 1..2 100644 +1 -2\n@@ fn a()\n1 1  one\n\
             2 - -let two = [2];\n- 2 +let two = [3];\n3 3  \n@@ \n9 - --- gone$\n",
            "Some(\"o\") Some(\"n\") diff --git a/o b/n|similarity index 100%|rename from o|rename to n +0 -0\n",
            "None Some(\"y\") diff --git a/i.png b/i.png|new file mode 1|Binary files|-- |2.1 +1 -0\n@@ \n- 1 +hi\n",
        ]
    );
}

#[test]
fn patches_of_models_are_read_too() {
    let files = read_patch("@@ fn a\n same\n-x\n+y\n--- a/other\n+++ b/other\n@@\n+z\nwords\n").expect("a patch");
    assert_eq!(files.len(), 2);
    assert_eq!(told(&files[0].changes), "@@ fn a\n- -  same\n- - -x\n- - +y\n");
    assert_eq!((files[0].new_path, files[1].new_path), (None, Some("other")));
    assert_eq!(told(&files[1].changes), "@@ \n- - +z\n");
    assert_eq!(files[1].notes, ["words"]);
    let lied = read_patch("--- a\n+++ b\n@@ -1,9 +4294967295,1 @@\n+a\n+b\n").expect("a patch");
    assert_eq!(told(&lied[0].changes), "@@ \n- 4294967295 +a\n");
    assert_eq!(lied[0].notes, ["+b"]);
    assert_eq!(read_patch("words\n--- only\nthat\n@@x\n+y"), None);
}

/// Both texts, put together from what is shown.
fn both(old: &str, new: &str, context: usize) -> (String, String) {
    let changes = compare(old, new, context);
    let (old_lines, new_lines): (Vec<_>, Vec<_>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let (mut shown_old, mut shown_new) = (Vec::new(), Vec::new());
    let mut counts = (0, 0);
    for line in changes.hunks.iter().flat_map(|hunk| &hunk.lines) {
        // What is not shown is the same in both.
        let hidden = line.old.map_or(0, |number| number as usize - 1 - shown_old.len());
        let skipped = line.new.map_or(hidden, |number| number as usize - 1 - shown_new.len());
        assert_eq!(if line.old.is_none() { skipped } else { hidden }, skipped);
        for _ in 0..skipped {
            shown_old.push(old_lines[shown_old.len()].to_owned());
            shown_new.push(shown_old[shown_old.len() - 1].clone());
        }
        let text = format!("{}{}", line.text, if line.unended { "" } else { "\n" });
        assert!(line.marks.iter().all(|mark| mark.start < mark.end && line.text.get(mark.clone()).is_some()));
        assert!(line.marks.windows(2).all(|pair| pair[0].end < pair[1].start));
        if line.kind != Kind::Added {
            assert_eq!(line.old, Some(shown_old.len() as u32 + 1));
            shown_old.push(text.clone());
        }
        if line.kind != Kind::Removed {
            assert_eq!(line.new, Some(shown_new.len() as u32 + 1));
            shown_new.push(text);
        }
        counts.0 += usize::from(line.kind == Kind::Added);
        counts.1 += usize::from(line.kind == Kind::Removed);
    }
    assert_eq!(counts, (changes.added, changes.removed));
    while shown_old.len() < old_lines.len() {
        shown_old.push(old_lines[shown_old.len()].to_owned());
        shown_new.push(shown_old[shown_old.len() - 1].clone());
    }
    assert_eq!(shown_new.len(), new_lines.len());
    (shown_old.concat(), shown_new.concat())
}

/// How many lines a shortest difference adds and removes, by the definition.
fn shortest(old: &[&str], new: &[&str]) -> usize {
    let mut row: Vec<usize> = (0..=new.len()).collect();
    for (above, left) in old.iter().enumerate() {
        let mut corner = row[0];
        row[0] = above + 1;
        for (idx, right) in new.iter().enumerate() {
            let straight = if left == right { corner } else { usize::MAX };
            corner = row[idx + 1];
            row[idx + 1] = straight.min(corner.min(row[idx]) + 1);
        }
    }
    row[new.len()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn what_is_shown_is_true_and_as_short_as_can_be(
        old in "([ab]|[a-h ]{0,3}\n){0,20}",
        new in "([ab]|[a-h ]{0,3}\n){0,20}",
        context in 0_usize..4,
    ) {
        let changes = compare(&old, &new, context);
        let (old_lines, new_lines): (Vec<_>, Vec<_>) =
            (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
        prop_assert_eq!(changes.added + changes.removed, shortest(&old_lines, &new_lines));
        prop_assert!(!changes.rough);
        prop_assert_eq!(both(&old, &new, context), (old.clone(), new.clone()));
    }

    #[test]
    fn any_patch_is_survived_and_none_of_it_lost(
        lines in prop::collection::vec("(---|\\+\\+\\+|diff --git|@@|[-+ \\\\]|rename to|x) ?(a/x b/x|-1,3 \\+1,4 @@|é)?", 0..12),
    ) {
        let patch: String = lines.iter().enumerate().map(|(idx, line)| format!("{line} #{idx}#\n")).collect();
        if let Some(files) = read_patch(&patch) {
            let told = format!("{files:?}");
            for (idx, line) in lines.iter().enumerate() {
                // Of these, names may be replaced by better ones, and what follows a backslash is known.
                if !["---", "+++", "\\"].iter().any(|start| line.starts_with(start)) {
                    prop_assert!(told.contains(&format!("#{idx}#")), "{line:?} in {patch:?} is not in {told}");
                }
            }
        }
    }
}
