//! What is asked of the shop itself, by its words: three languages, endings left open.

/// The words of a text, folded, Russian typed in Latin letters turned back.
pub(crate) struct Words(Vec<String>);

impl Words {
    pub(crate) fn of(text: &str) -> Self {
        let tokens = language::tokens(
            &language::normalise(text),
            schemas::conversation::Language::Ru,
        );
        Self(tokens.into_iter().map(|token| token.word).collect())
    }

    /// Whether a word begins with one of these.
    pub(crate) fn begin(&self, stems: &[&str]) -> bool {
        let mut words = self.0.iter();
        words.any(|word| stems.iter().any(|stem| word.starts_with(stem)))
    }

    /// Whether a word is one of these.
    pub(crate) fn are(&self, known: &[&str]) -> bool {
        self.0.iter().any(|word| known.contains(&word.as_str()))
    }

    /// Whether words that follow each other begin with the words of one of these phrases.
    pub(crate) fn follow(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| {
            let stems: Vec<&str> = phrase.split(' ').collect();
            self.0.windows(stems.len()).any(|words| {
                let mut pairs = words.iter().zip(&stems);
                pairs.all(|(word, stem)| word.starts_with(stem))
            })
        })
    }

    /// The words that begin with one of these, as they are.
    pub(crate) fn beginning(&self, stems: &[&'static str]) -> Vec<&'static str> {
        let said = |stem: &&&'static str| self.0.iter().any(|word| word.starts_with(**stem));
        stems.iter().filter(said).copied().collect()
    }
}

/// «ты бот?», "are you human": answered honestly whatever else the shop says.
pub(super) fn asks_who_answers(words: &Words) -> bool {
    words.follow(&[
        "ты бот",
        "вы бот",
        "это бот",
        "ты робот",
        "вы робот",
        "это робот",
        "ты живой",
        "вы живой",
        "вы человек",
        "ты человек",
        "с ботом",
        "с роботом",
        "бот или",
        "робот или",
        "человек или",
        "ты кто",
        "кто ты",
        "вы кто",
        "кто вы",
        "ты нейросеть",
        "ty bot",
        "vy bot",
        "vi bot",
        "are you a bot",
        "are you bot",
        "are you a robot",
        "are you human",
        "are you a human",
        "are you real",
        "are you a real",
        "is this a bot",
        "who are you",
        "eres un bot",
        "eres un robot",
        "eres humano",
        "eres una persona",
        "es un bot",
        "es un robot",
        "quien eres",
        "quién eres",
    ])
}

/// «как дела?»: small talk that wants a friendly word and nothing else.
pub(super) fn asks_how_it_goes(words: &Words) -> bool {
    words.follow(&[
        "как дела",
        "как жизнь",
        "как поживаете",
        "как настроение",
        "как ты",
        "что делаешь",
        "чем занимаешься",
        "расскажи о себе",
        "how are you",
        "how is it going",
        "how s it going",
        "what s up",
        "que tal",
        "qué tal",
        "como estas",
        "cómo estás",
        "como esta usted",
    ]) && !words.begin(&["возврат", "достав", "оплат", "заказ", "посыл"])
}

/// Opening hours and days.
pub(crate) fn asks_hours(words: &Words) -> bool {
    words.follow(&[
        "до скольки",
        "до которого час",
        "со скольки",
        "во сколько откры",
        "во сколько закры",
        "часы работы",
        "время работы",
        "график",
        "режим работы",
        "рабочие дни",
        "рабочее время",
        "работаете",
        "вы открыты",
        "когда открыты",
        "когда вы откр",
        "вы еще открыты",
        "до какого времени",
        "opening hours",
        "working hours",
        "business hours",
        "what hours",
        "are you open",
        "when do you open",
        "when do you close",
        "open on",
        "horario",
        "a que hora",
        "a qué hora",
        "abren",
        "están abiertos",
        "estan abiertos",
    ]) && !words.begin(&["безнал", "юрлиц", "ндс", "оптом", "оптов"])
}

/// Where the shop is.
pub(crate) fn asks_where(words: &Words) -> bool {
    words.follow(&[
        "где вы",
        "вы где",
        "где находитесь",
        "где находится магазин",
        "где магазин",
        "где ваш",
        "ваш адрес",
        "какой адрес",
        "какой у вас адрес",
        "адрес магазина",
        "адрес подскаж",
        "подскажите адрес",
        "скажите адрес",
        "вы откуда",
        "откуда вы",
        "в каком вы городе",
        "какой город",
        "из какого",
        "в каком городе",
        "как проехать",
        "как добраться",
        "метро",
        "куда подъехать",
        "куда приехать",
        "where are you",
        "where is your",
        "where s your",
        "your address",
        "the address",
        "your location",
        "located",
        "donde estan",
        "dónde están",
        "donde está",
        "dónde está",
        "ubicad",
        "direccion",
        "dirección",
    ]) && !words.begin(&[
        "посылк",
        "заказ",
        "трек",
        "parcel",
        "order",
        "pedido",
        "package",
    ])
}

/// The shop's telephone.
pub(super) fn asks_phone(words: &Words) -> bool {
    words.follow(&[
        "номер телефона",
        "ваш номер",
        "ваш телефон",
        "телефон магазина",
        "телефон для связи",
        "контактный телефон",
        "какой телефон для",
        "можно позвонить",
        "вам позвонить",
        "созвон",
        "куда звонить",
        "phone number",
        "your phone",
        "call you",
        "numero de telefono",
        "número de teléfono",
        "su telefono",
        "su teléfono",
        "llamarles",
        "llamarle",
    ])
}
