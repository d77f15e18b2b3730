//! What intents, specialists, facts and the like are called. Reasons of handovers are beside the inbox's words.

use super::words;

words! { NameWords:
    // Intents; those that are reasons, too, are called as these.
    greeting: "Приветствие", "Greeting";
    thanks: "Благодарность", "Thanks";
    stock_inquiry: "Есть ли в наличии", "Whether it is there";
    delivery_question: "Доставка", "Delivery";
    price_negotiation: "Цена и торг", "Price and haggling";
    product_search: "Подбор товара", "Help in choosing";
    product_question: "Вопрос о товаре", "About a product";
    cart_add: "Положить в корзину", "Put into the cart";
    cart_remove: "Убрать из корзины", "Take out of the cart";
    checkout: "Оформление заказа", "Placing an order";
    order_status: "Состояние заказа", "State of an order";
    other: "Не о магазине", "Not about the shop";
    // Specialists.
    stock: "специалист по наличию", "the specialist for stock";
    delivery: "специалист по доставке", "the specialist for delivery";
    pricing: "специалист по ценам", "the specialist for prices";
    catalog: "специалист по товарам", "the specialist for products";
    general: "специалист по общим вопросам", "the specialist for general questions";
    cart: "специалист по заказам", "the specialist for orders";
    nobody: "никто: решает продавец", "nobody: the seller decides";
    // How an ask was understood.
    by_model: "классификатор", "the classifier";
    by_faq: "вопросы из таблицы", "the sheet's questions";
    by_llm: "языковая модель", "a language model";
    by_rule: "правило", "a rule";
    rule_complaint: "правило: слова жалобы", "a rule: words of complaint";
    rule_human: "правило: зовут человека", "a rule: a person is asked for";
    rule_presence: "правило: спрашивают, есть ли", "a rule: whether it is there";
    rule_place: "правило: назван город", "a rule: a place is named";
    rule_link: "правило: узнать покупателя в другом чате", "a rule: to be known in another chat";
    rule_last_time: "правило: как в прошлый раз", "a rule: as last time";
    rule_cheaper: "правило: подешевле", "a rule: a cheaper one";
    rule_details: "правило: подробнее о товаре", "a rule: more about a product";
    rule_last_price: "правило: последняя цена", "a rule: the last price";
    rule_price: "правило: сколько стоит", "a rule: what it costs";
    rule_ordinal: "правило: номер из списка", "a rule: a number of the list";
    rule_follow_up: "правило: продолжение вопроса", "a rule: a question goes on";
    rule_checkout: "правило: слова заказа", "a rule: words of an order";
    rule_cart: "правило: слова о корзине", "a rule: words about the cart";
    rule_answered: "правило: ответ на вопрос бота", "a rule: an answer to the bot's question";
    // What has a value of its own in the words.
    of_pieces: "штук", "pieces";
    of_place: "номер в списке", "place of the list";
    of_last: "последний в списке", "the last of the list";
    of_price: "цена", "price";
    of_discount: "уступить", "to be taken off";
    of_percent: "процентов", "percent";
    of_size: "размер", "size";
    of_town: "город", "town";
    of_unknown: "место, которого бот не знает", "a place that the bot does not know";
    of_phone: "телефон", "phone";
    of_email: "почта", "mail";
    // Units of measures.
    litre: "л", "l";
    millilitre: "мл", "ml";
    kilogram: "кг", "kg";
    gram: "г", "g";
    tonne: "т", "t";
    millimetre: "мм", "mm";
    centimetre: "см", "cm";
    metre: "м", "m";
    kilometre: "км", "km";
    inch: "дюйм.", "in";
    foot: "фут.", "ft";
    ounce: "унц.", "oz";
    pound: "фунт.", "lb";
    watt: "Вт", "W";
    kilowatt: "кВт", "kW";
    volt: "В", "V";
    ampere: "А", "A";
    amperehour: "А·ч", "Ah";
    milliamperehour: "мА·ч", "mAh";
    megabyte: "МБ", "MB";
    gigabyte: "ГБ", "GB";
    terabyte: "ТБ", "TB";
    degree: "°", "°";
    // Tabs of the sheet.
    tab_products: "таблица «Товары»", "tab Products";
    tab_delivery: "таблица «Доставка»", "tab Delivery";
    tab_faq: "таблица «Вопросы»", "tab FAQ";
    tab_rules: "таблица «Правила»", "tab Rules";
    tab_settings: "таблица «Настройки»", "tab Settings";
    tab_other: "таблица", "tab";
    // Where facts stand.
    from_settings: "настройки магазина", "the shop's settings";
    from_buyer: "слова покупателя", "the buyer's words";
    from_seller: "слова продавца", "the seller's words";
    from_count: "подсчитано", "counted";
    from_order: "заказ", "order";
    from_offer: "прежнее предложение цены", "an earlier offer";
    // What facts are about.
    fact: "Факт", "Fact";
    product_name: "Товар", "Article";
    product_price: "Цена", "Price";
    product_description: "Описание", "Description";
    stock_quantity: "Остаток", "Stock";
    stock_left: "Осталось", "Left";
    price_each: "Цена за штуку", "Price of one piece";
    price_total: "Цена всего", "Price of all";
    offer_price: "Предложенная цена", "Price offered";
    offer_from_pieces: "Цена действует от, штук", "The price holds from, pieces";
    offer_valid_hours: "Цена держится, часов", "The price holds, hours";
    rule_discount: "Наибольшая скидка, %", "Largest discount, %";
    rule_discount_pieces: "Скидка за количество, %", "Discount by quantity, %";
    rule_from_pieces: "Скидка за количество от, штук", "Discount by quantity from, pieces";
    rule_free_from: "Бесплатная доставка от", "Free delivery from";
    rule_free_regions: "Бесплатная доставка куда", "Free delivery where to";
    rule_min_order: "Наименьший заказ", "Least order";
    delivery_region: "Куда доставка", "Delivery to";
    delivery_price: "Цена доставки", "Price of delivery";
    delivery_days: "Срок доставки", "Time of delivery";
    cart_pieces: "В корзине, штук", "In the cart, pieces";
    cart_price: "Цена в корзине", "Price in the cart";
    cart_sum: "Сумма строки", "Sum of the line";
    cart_total: "Корзина всего", "Cart in all";
    order_code: "Номер заказа", "Code of the order";
    order_total: "Заказ всего", "Order in all";
    order_pieces: "Заказано, штук", "Ordered, pieces";
    order_price: "Цена в заказе", "Price in the order";
    order_missing: "Не хватает до наименьшего заказа", "Missing to the least order";
    order_expires: "Заказ ждёт до", "The order waits until";
    order_reason: "Причина отказа", "Reason of the refusal";
    order_tracking: "Номер для отслеживания", "Tracking number";
    invoice_number: "Номер счёта", "Number of the invoice";
    list_length: "Строк в списке", "Lines of the list";
    faq_answer: "Ответ из таблицы", "Answer of the sheet";
    code_tries: "Осталось попыток", "Tries left";
    shop_name: "Название магазина", "Name of the shop";
    shop_address: "Адрес магазина", "Address of the shop";
    shop_phone: "Телефон магазина", "Phone of the shop";
    shop_days: "Рабочие дни", "Working days";
    shop_hours: "Рабочие часы", "Working hours";
    shop_holidays: "Выходные дни", "Holidays";
    shop_opens: "Когда откроется", "When it opens";
    shop_other: "О магазине", "About the shop";
    buyer_name: "Имя покупателя", "The buyer's name";
    buyer_phone: "Телефон покупателя", "The buyer's phone";
    buyer_email: "Почта покупателя", "The buyer's mail";
    buyer_address: "Адрес покупателя", "The buyer's address";
    buyer_words: "Слова покупателя", "The buyer's words";
    // What replies are for.
    kind_answer: "ответ по фактам", "an answer from facts";
    kind_courtesy: "вежливость", "a courtesy";
    kind_question: "вопрос покупателю", "a question to the buyer";
    kind_notice: "сообщение, что ответит продавец", "a notice that the seller will answer";
    kind_seller: "слова продавца", "the seller's words";
    kind_news: "новость о заказе", "news of an order";
    // What models are asked for.
    to_understand: "понять сообщение", "to understand a message";
    to_phrase: "сказать живее", "to phrase an answer";
    to_embed: "искать по смыслу", "to search by meaning";
    to_transcribe: "записать голосовое словами", "to write down a voice note";
    // What became of an order.
    was_submitted: "резервируется", "is being reserved";
    was_placed: "оформлен", "is placed";
    was_declined: "не хватило товара", "too little in stock";
    was_cancelled: "отменён", "is cancelled";
    // A note for which there are no words.
    as_written: "запись службы", "as noted";
}
