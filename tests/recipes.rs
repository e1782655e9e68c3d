//! The recipes of docs/recipes.md, each run as it is printed, on a panel of its own.

use crate::support::printed::{assert_same, run, steps};

const RECIPES: &str = include_str!("../docs/recipes.md");

#[needs::test("curl")]
fn every_recipe_prints_what_it_says() {
    let mut chapters = RECIPES.split("\n## ");
    let opening = steps(chapters.next().unwrap());
    let recipes: Vec<&str> = chapters.collect();
    assert!(recipes.len() >= 13, "{}", recipes.len());
    // All at once: most of a recipe's time is spent waiting.
    std::thread::scope(|scope| {
        for recipe in recipes {
            let steps = [opening.clone(), steps(recipe)].concat();
            let least = opening.len() + 2;
            scope.spawn(move || {
                assert!(steps.len() >= least, "{recipe}");
                assert_same(&steps, &run(&steps));
            });
        }
    });
}
