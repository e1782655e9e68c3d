//! Explains why a sale was refused, for the hints of the journal (contract "Reseller API", 3.2 and 3.3). It is told from
//! the rows as they are when the hint is read, and decides no answer.

use super::goods::Goods;
use super::offers::Offer;
use super::seller::Seller;
use super::trials::TrialWindow;
use crate::panel::context::Context;
use crate::panel::error::{Result, SaleRefusal};

/// Explains a refusal; `None` where its own text says all, or the rows would not refuse any more.
///
/// # Errors
/// SQLite's.
pub fn explain(
    context: &Context<'_>,
    refusal: SaleRefusal,
    goods: Goods,
    package: Option<i64>,
    window: TrialWindow,
) -> Result<Option<String>> {
    let seller = Seller::of(context)?;
    match (refusal, package) {
        (SaleRefusal::PackageNotSold, None) => Ok(Some(
            "no package was named: `package` is the id of one that `packages` lists".to_owned(),
        )),
        (SaleRefusal::PackageNotSold, Some(id)) => not_sold(context, &seller, id),
        (SaleRefusal::PackageType, Some(id)) => of_other_type(context, goods, id),
        (SaleRefusal::NoTrials, _) => no_trials(context, &seller, window),
        _ => Ok(None),
    }
}

fn not_sold(context: &Context<'_>, seller: &Seller, id: i64) -> Result<Option<String>> {
    let offer = Offer::find(context, id)?;
    let groups = offer.filter(|offer| !offer.groups.contains(&seller.group));
    Ok(groups.map(|offer| {
        let groups: Vec<String> = offer.groups.iter().map(i64::to_string).collect();
        let sellers = match groups.as_slice() {
            [] => "no group sells it".to_owned(),
            [group] => format!("it is sold by group {group}"),
            groups => format!("it is sold by groups {}", groups.join(", ")),
        };
        format!(
            "package {id} is not sold by group {}, the account's: {sellers}",
            seller.group
        )
    }))
}

fn of_other_type(context: &Context<'_>, goods: Goods, id: i64) -> Result<Option<String>> {
    Ok(match Offer::find(context, id)? {
        None => Some(format!(
            "there is no package {id}; `packages` lists those that the account sells"
        )),
        Some(offer) if !offer.fits(goods) => Some(format!("package {id} is not for {}", goods.plural())),
        Some(_) => None,
    })
}

fn no_trials(context: &Context<'_>, seller: &Seller, window: TrialWindow) -> Result<Option<String>> {
    let (rules, group) = (&seller.trials, seller.group);
    if context.panel.last_access().settings.disable_trial {
        return Ok(Some("the setting `disable_trial` is on".to_owned()));
    }
    if rules.most <= 0 {
        return Ok(Some(format!(
            "group {group}, the account's, gives no trials: its total_allowed_gen_trials is {}",
            rules.most
        )));
    }
    if seller.credits < rules.least_credits {
        return Ok(Some(format!(
            "the account has {} credits, and group {group} gives trials from {} (minimum_trial_credits)",
            seller.credits, rules.least_credits
        )));
    }
    let given = seller.trials_given(context, window)?;
    Ok((given >= rules.most).then(|| {
        format!(
            "the account has given {given} trials of the {} that group {group} allows {}",
            rules.most,
            rules.when(window)
        )
    }))
}
