//! What each figure is called and means, in the words that people read beside it.

use serde::Serialize;

/// A figure in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Its name, in Russian.
    pub name_ru: &'static str,
    /// Its name, in English.
    pub name_en: &'static str,
    /// What it means, in Russian.
    pub means_ru: &'static str,
    /// What it means, in English.
    pub means_en: &'static str,
}

impl Told {
    /// Its name in Russian (`ru`), else in English.
    #[must_use]
    pub fn name(&self, language: &str) -> &'static str {
        if language == "ru" {
            self.name_ru
        } else {
            self.name_en
        }
    }

    /// What it means, likewise.
    #[must_use]
    pub fn means(&self, language: &str) -> &'static str {
        if language == "ru" {
            self.means_ru
        } else {
            self.means_en
        }
    }
}

/// Id, names and meanings.
type Row = (&'static str, [&'static str; 4]);

const TOLD: [Row; 18] = [
    (
        "conversations",
        [
            "Чаты",
            "Chats",
            "чаты, в которых покупатель что-то написал",
            "chats in which a buyer wrote",
        ],
    ),
    (
        "messages",
        [
            "Сообщения",
            "Messages",
            "сообщения покупателей",
            "messages of buyers",
        ],
    ),
    (
        "talks",
        [
            "Разговоры",
            "Talks",
            "части чата без суток молчания; начинает покупатель",
            "stretches of a chat without 24 hours of silence, begun by the buyer",
        ],
    ),
    (
        "talks_with_ask",
        [
            "Разговоры с вопросом",
            "Talks with an ask",
            "больше, чем приветствие или спасибо, или понадобился человек; доли считаются от них",
            "more than a greeting or thanks, or a person was needed; shares are of these",
        ],
    ),
    (
        "contained",
        [
            "Бот справился сам",
            "Contained",
            "человека не звали, и на последний вопрос бот ответил; от разговоров с вопросом",
            "no person was asked for or acted, and the last ask was answered; of talks with an ask",
        ],
    ),
    (
        "confirmed",
        [
            "Подтверждено спасибо",
            "Confirmed by thanks",
            "бот справился сам, и покупатель после ответа поблагодарил; молчание не считается",
            "contained, and then the buyer said thanks and asked no more; silence does not count",
        ],
    ),
    (
        "assisted",
        [
            "Помог человек",
            "Assisted",
            "понадобился или вмешался человек; от разговоров с вопросом",
            "a person was asked for, or acted; of talks with an ask",
        ],
    ),
    (
        "unanswered",
        [
            "Без ответа",
            "Unanswered",
            "человека не звали, а последний вопрос остался без ответа",
            "no person was asked for, and the last ask has no answer",
        ],
    ),
    (
        "answer_time_bot",
        [
            "Время ответа бота",
            "Time to the bot's answer",
            "от записи сообщения до принятия ответа площадкой, медиана; ниже 95 и 99 из 100. Обещание позвать продавца — не ответ",
            "from a message recorded to its answer accepted by the provider, the median; below it 95 and 99 of 100. A promise to call the seller is no answer",
        ],
    ),
    (
        "answer_time_people",
        [
            "Время ответа людей",
            "Time to a person's answer",
            "то же для ответов людей, через Torg или в приложении площадки",
            "the same for answers of people, through Torg or in the provider's app",
        ],
    ),
    (
        "waiting",
        [
            "Ждут ответа",
            "Waiting",
            "сообщения, на которые никто не ответил",
            "messages that nobody has answered",
        ],
    ),
    (
        "handovers",
        [
            "Передано продавцу",
            "Handovers",
            "сколько раз бот остановился и позвал человека, по причинам",
            "times that the bot stopped and asked for a person, by reason",
        ],
    ),
    (
        "funnel",
        [
            "От вопроса до денег",
            "From an ask to the money",
            "доля разговоров, дошедших до оплаты; ступени: спросил, корзина, заказ, одобрен, оплачен. Заказ относится к разговору, в котором оформлен",
            "the share of talks that came to a payment; stages: asked, cart, ordered, approved, paid. An order belongs to the talk that it was made in",
        ],
    ),
    (
        "sold",
        [
            "Продано",
            "Sold",
            "сумма заказов, одобренных или не требовавших одобрения, без отменённых и возвращённых; по дню оформления",
            "the sum of orders that were approved or needed no approval, less those cancelled or returned; by the day they were made",
        ],
    ),
    (
        "paid",
        [
            "Оплачено",
            "Paid",
            "сумма заказов, отмеченных оплаченными, без отменённых и возвращённых; по дню оформления",
            "the sum of orders marked as paid, less those cancelled or returned; by the day they were made",
        ],
    ),
    (
        "products_asked",
        [
            "О чём спрашивают",
            "Articles asked after",
            "товары, о наличии или цене которых бот отвечал; число у товара — сколько раз",
            "articles whose stock or price the bot told; the number beside one is how often",
        ],
    ),
    (
        "products_missing",
        [
            "Спрашивают, а нет",
            "Asked after and not there",
            "товары, о которых спросили, когда их не было: упущенный спрос",
            "articles that were asked after when there was none left: lost demand",
        ],
    ),
    (
        "questions_without_answer",
        [
            "Вопросы без ответа",
            "Questions without an answer",
            "вопросы, на которых бот остановился, вместе по смыслу; телефоны и почта скрыты",
            "questions that the bot stopped at, put together by what they mean; telephone numbers and mail addresses are masked",
        ],
    ),
];

/// A figure in words.
pub(super) fn told(id: &str) -> Told {
    let known = TOLD.iter().find(|(known, _)| *known == id);
    let [name_ru, name_en, means_ru, means_en] = known.map_or([""; 4], |(_, words)| *words);
    Told {
        name_ru,
        name_en,
        means_ru,
        means_en,
    }
}
