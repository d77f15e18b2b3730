//! What the page of figures says beside what each figure says of itself.

use super::words;

words! { FigureWords:
    by_day: "По дням", "By day";
    how: "Кто справился", "Who managed";
    fast: "Как быстро отвечал бот", "How fast the bot answered";
    money: "Заказы и деньги", "Orders and money";
    as_table: "Таблицей", "As a table";
    day: "День", "Day";
    part: "Что", "What";
    behind: "Диалоги за показателем", "The conversations behind a figure";
    stage_asked: "Спросили", "Asked";
    stage_cart: "Положили в корзину", "Filled a cart";
    stage_ordered: "Заказали", "Ordered";
    stage_approved: "Подтверждены", "Approved";
    stage_paid: "Оплатили", "Paid";
}
