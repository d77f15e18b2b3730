//! What the explanation of a reply says.

use super::words;

words! { WhyWords:
    message: "Сообщение", "Message";
    model: "Языковая модель", "Language model";
    route: "Понято как", "Understood as";
    answer: "Ответ и факты", "Answer and facts";
    guard: "Проверка", "Guard";
    send: "Отправка", "Sending";
    accepted: "Принято каналом", "Accepted by the channel";
    threshold: "Бот отвечает сам при уверенности от", "The bot answers by itself from a confidence of";
    confidence: "уверенность", "confidence";
    or_else: "иначе", "or else";
    place: "номер в списке", "place of the list";
    answers: "отвечает", "answered by";
    how: "как найдено", "how it was found";
    poorer: "ответ беднее", "the answer is poorer";
    passed_as: "пропущено:", "passed as";
    phrased_from: "до языковой модели было", "before a language model it was";
    part: "часть", "part";
    attempt: "попытка", "attempt";
    by_receipt: "канал подтвердил", "the channel said so";
    by_history: "найдено в истории канала", "found in the channel's history";
    by_echo: "канал показал его сам", "the channel showed it";
    newer_message: "покупатель написал ещё", "the buyer wrote again";
    owner_changed: "чат уже не у бота", "the chat is the bot's no more";
    tokens: "токенов", "tokens";
    not_heard: "не расслышано", "not understood";
    ids: "Номера и версии", "Ids and versions";
    id_event: "запись", "event";
    id_turn: "ход", "turn";
    id_reply: "ответ", "reply";
    id_chat: "чат площадки", "chat of the provider";
    id_provider: "сообщение площадки", "message of the provider";
    id_model: "модель", "model";
    id_bank: "банк примеров", "bank of examples";
}
