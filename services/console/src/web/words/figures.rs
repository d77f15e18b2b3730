//! What the charts say beside the figures' own words.

use super::words;

words! { FigureWords:
    by_day: "По дням", "By day";
    by_day_is: "сообщения покупателей и диалоги, в которых они писали", "messages of buyers, and the conversations that they wrote in";
    how: "Кто справился", "Who managed";
    how_is: "диалоги, в которых что-то спросили, по дню первого вопроса", "conversations in which something was asked, by the day of the first question";
    fast: "Как быстро отвечал бот", "How fast the bot answered";
    fast_is: "от сообщения до ответа у покупателя", "from a message to its answer with the buyer";
    half: "Половина", "Half";
    nearly_all: "95 из ста", "95 of a hundred";
    as_table: "Таблицей", "As a table";
    day: "День", "Day";
}
