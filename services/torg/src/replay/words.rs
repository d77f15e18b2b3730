//! What the page of a report says, in Russian and English, each text beside its translation. What things are called is in
//! `console::names`.

use super::compare::Difference;

/// Two constants of one struct, so that a text without its translation does not compile.
macro_rules! words {
    ($($name:ident: $russian:literal, $english:literal;)*) => {
        /// The words of the page in one language.
        pub(crate) struct Words {
            $(pub(crate) $name: &'static str,)*
        }
        static RUSSIAN: Words = Words { $($name: $russian,)* };
        static ENGLISH: Words = Words { $($name: $english,)* };
        /// Every text in both languages, with its name.
        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $russian, $english),)*];
    };
}

words! {
    title: "Что если?", "What if?";
    note: "Каждый ответ судится сам по себе: все варианты начинают его с диалога, каким он был на самом деле, и с остатками, ценами, правилами и часами того момента. «И без правки» — чем сегодняшняя версия отличается от сказанного тогда, «с правкой» — чем вариант с правкой отличается от сегодняшней версии. Слова сравниваются такими, какими были до языковой модели.", "Each turn is judged by itself: every lane begins it with the conversation as it really was, and with the stock, prices, rules and hours of that moment. Drift is where today's build differs from what was really said, change is where the candidate differs from today's build. Words are compared as they were before a language model phrased them.";
    // What was asked.
    all: "все диалоги", "all conversations";
    only: "только диалог:", "only this conversation:";
    from: "ответы с", "turns from";
    to: "по", "to";
    beginning: "самого начала", "the beginning";
    end: "конец журнала", "the end of the log";
    today: "Сегодняшняя версия", "Today's build";
    candidate: "С правкой", "Candidate";
    nothing_else: "та же версия, ничего не изменено: видно только то, что иначе и без правки", "the same build, nothing otherwise: only drift is shown";
    as_below: "та же версия, с тем, что указано ниже", "the same build, with what stands below";
    otherwise: "Что изменено", "What is otherwise";
    // The summary.
    turns: "Ответов", "Turns";
    conversations: "диалогов:", "conversations:";
    same: "Так же", "Same";
    changed: "Иначе", "Changed";
    drifted: "Иначе и без правки", "Drifted";
    explained: "с известной причиной:", "with a known cause:";
    gained: "Позвал бы продавца ещё", "Handovers gained";
    lost: "Не позвал бы", "Handovers lost";
    orders: "Заказы", "Orders";
    differ: "других ответов:", "turns that differ:";
    discounts: "Предложенные скидки", "Discounts offered";
    off_list: "от цен таблицы", "off the list prices";
    // The turns.
    unread: "Диалог не удалось проиграть:", "A conversation could not be replayed:";
    changed_turns: "Что было бы иначе", "Changed turns";
    nothing_changed: "Ничего не изменилось бы.", "Nothing changed.";
    drifted_turns: "Что иначе и без правки", "Drifted only";
    nothing_drifted: "Больше ничего: сегодняшняя версия говорит то же, что было сказано.", "Nothing else drifted: today's build says what was said.";
    drift: "и без правки:", "drift:";
    observed: "Как было", "Observed";
    as_today: "как у сегодняшней версии", "as today's build";
    causes: "Известные причины:", "Known causes of drift:";
    ids: "Номер диалога и место в журнале", "Id of the conversation and place in the log";
    // A lane.
    no_reply: "без ответа", "no reply";
    in_models_words: "словами языковой модели:", "in a model's words:";
    to_seller: "продавцу:", "to the seller:";
    order: "заказ", "order";
    delivery: "доставка", "delivery";
    offer: "предложена цена", "offer";
    in_sheet: "в таблице", "list";
    from_pieces: "от", "from";
    pieces: "шт.", "pcs";
    // In what lanes differ.
    d_problem: "не удалось проиграть", "could not be told";
    d_order: "заказ", "order";
    d_gained: "позвал бы продавца", "handover gained";
    d_lost: "не позвал бы продавца", "handover lost";
    d_reason: "позвал бы по другой причине", "reason of the handover";
    d_offer: "цена", "offer";
    d_reply: "ответ", "reply";
    d_route: "понято иначе", "route";
}

impl Words {
    /// The words of a language of `console::names::LANGUAGES`.
    pub(crate) fn of(language: &str) -> &'static Self {
        match language {
            "en" => &ENGLISH,
            _ => &RUSSIAN,
        }
    }

    /// In what lanes differ.
    pub(crate) const fn difference(&self, difference: Difference) -> &'static str {
        match difference {
            Difference::Problem => self.d_problem,
            Difference::Order => self.d_order,
            Difference::HandoverGained => self.d_gained,
            Difference::HandoverLost => self.d_lost,
            Difference::HandoverReason => self.d_reason,
            Difference::Discount => self.d_offer,
            Difference::Reply => self.d_reply,
            Difference::Route => self.d_route,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::report::NOTE, *};

    #[test]
    fn every_text_is_there_in_both_languages_and_in_its_own() {
        for (name, russian, english) in ALL {
            let cyrillic = |text: &str| text.contains(|one| ('а'..='я').contains(&one));
            let latin = |text: &str| text.contains(|one: char| one.is_ascii_alphabetic());
            assert!(cyrillic(russian) && !latin(russian), "{name}: {russian}");
            assert!(latin(english) && !cyrillic(english), "{name}: {english}");
        }
        assert_eq!(ENGLISH.note, NOTE, "the page and the JSON say the same");
    }
}
