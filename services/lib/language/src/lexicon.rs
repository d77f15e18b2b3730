//! Word lists that tell English, Spanish and Latin-lettered Russian apart.
//!
//! They hold the words that short shop messages are made of, not the languages.

use crate::colours;

/// English words; those that are Spanish too are left out of both lists, or in both.
const ENGLISH: &str = "a about accept add address after all am an and any anyone are arrive as ask at available \
    back bad be been best big black blue box brand bring broken budget but buy by bye call can cancel card cart \
    cash cheap cheaper check checkout cheers color colour come confirm cool cost could date day deal dear delete \
    deliver delivery did discount do does don done dont each else empty evening ever fine first fit for free \
    from get gift give go good goodbye got great guys had has have hello help here hey hi him his home how human \
    i if in into is it item its just know large last later left let like link list little long look looking \
    lot low lower make manager many me meet money more morning much my name need new next nice night no not \
    now number of off offer ok okay on one online only open operator or order other our out over package \
    pack paid part pay payment people person phone photo pick piece please pls price product quality question \
    quick real refund remove reserve return right robot same see sell seller send sent ship shipped shipping \
    shop show size small sold some someone something soon sorry speak status still stock stop store sure \
    take talk thank thanks that thats the their them then there these they thing think this those three thx time \
    to today together tomorrow too top total track tracking try two ty under until up us use used very wait want \
    warranty was we weather welcome well were what whats when where which while white who why will wish with work \
    works would wow write wrong ya year yeah yes yet yo you your backpack bag jacket shirt shoes dress drill \
    hat cap watch second third hammer screw lamp knife tent bottle case charger cable red green yellow haha lol \
    hmm cat dog test";

/// Spanish words, without accents as buyers type them.
const SPANISH: &str = "a adios ahora al algo alguien alguno algun amigo anade aqui asi barato bien bueno buena buenos buenas \
    busco cambio cancela cancelar cara caro carrito casa como comprar con cosa cual cuando cuanta cuanto cuantos \
    cuesta cuestan dame de del dejas desde devolucion dia dias dinero direccion disponible disponibles donde dos \
    el ella en entrega enviar envio envios enviaste es esa ese eso esta estan este esto estoy euros favor finalizar \
    forma gracias grande gratis gusta hablar haces hacen hasta hay hola hora hoy humano la las le les llega llego \
    lleva llevo lo los mal malo manana mas me mejor mi mochila mucha muchas mucho muy nada necesito negocio \
    ningun no noche noches nuevo nos o otra otro oye pagar pago para pedido pequeno pero persona por precio primera \
    primero puede puedes puedo que quedan queda quien quiero quita rebaja recoger regalo reembolso rojo roja roto \
    se segunda segundo ser si sin sobre solo son soy su talla tal tarde tardes te tengo tiene tienen tienes tienda \
    tercera tercero todavia todo tu ultimo un una unidades uno usted vale vendedor venden vender vendes vendido \
    ver vosotros y ya yo zapatos zapatillas chaqueta camisa bolso reloj camiseta pantalon botella taladro";

/// Words that only Russian in Latin letters has.
const LATIN_RUSSIAN: &str = "privet priv zdravstvuyte zdravstvuite zdravstvujte zdrastvuyte zdrastvuite zdrasti \
    zdarova zdorovo dobryj dobryi dobriy dobroe dobry den' utro vecher skolko skolka skok skoka stoit stoyt \
    est est' jest' yest v nalichii nalichie nalichi v nalichie eshe esche eshche escho spasibo spasib spasibki spasiba \
    pozhaluysta pozhaluista pojaluista pojalusta pzh dostavka dostavku dostavki dostavkoi dostavlyaete \
    otpravite otpravlyaete mozhno mojno nuzhen nuzhna nuzhno nuzhny nujen nujna nujno kupit kuplyu kuplu beru vozmu voz'mu \
    zakaz zakazat skidka skidku skidki torg tsena cena cenu tsenu kakoy kakoi kakaya kakaja kakie kakoe gde kogda \
    pochemu chto cho eto etot eta tam tut zdes vy ya moya moy moi moj vash vashi vasha prodaete prodayete \
    prodali prodaetsya aktualno obyavlenie obyavleniye razmer rukzak ryukzak ruksak kurtka krossovki telefon \
    telefona chehol sumka sumku krasnyj krasnyy krasniy krasnyi krasnaya chernyj chernyy cherniy chernyi chernaya \
    siniy sinij sinyaya belyj belyy belyi belaya zelenyy zelenyj seryj seryy korzinu korzina uberite udalite \
    dobavte dobav'te pokazhite pokajite pozovite cheloveka operatora menedzhera slomalsya slomalas slomano \
    vernite dengi den'gi posylka posilka nomer oplata oplatit' oplatit kartoy kartoi nalichnymi samovyvoz adres \
    daite dayte davayte davaite davay davai otdadite otdash deshevle dorogo ishu ischu poka dosvidaniya \
    svidaniya nety netu odin odnu dva dve tri pyat shtuk shtuki shtuku sht rubley rublei tysyach tyschi kak dela \
    podskazhite podskajite skazhite skajite interesuet nado tovar ostalos ostalsya ostalis horosho khorosho \
    ponyatno yasno ladno ponyal blagodaryu do svidaniya kachestvo garantiya ves sostoyanie moskvu moskva \
    moskve piter pitere segodnya zavtra dnya vsem vam nam mne menya ih naiti kuda otkuda";

/// Whether a letter is Cyrillic.
pub(crate) const fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{52F}')
}

/// The words of a text, without punctuation.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
}

/// Whether a lower-case word is a common English one.
pub(crate) fn is_english(word: &str) -> bool {
    let stem = word.split('\'').next().unwrap_or(word);
    holds(ENGLISH, stem) || (word.contains('\'') && holds(ENGLISH, &word.replace('\'', "")))
}

/// Whether a lower-case word is a common Spanish one; accents do not matter.
pub(crate) fn is_spanish(word: &str) -> bool {
    holds(SPANISH, &without_accents(word))
}

/// Whether a lower-case word is Russian in Latin letters and nothing else.
pub(crate) fn is_latin_russian(word: &str) -> bool {
    holds(LATIN_RUSSIAN, word) && !is_english(word) && !is_spanish(word)
}

/// Whether a lower-case word speaks for English or Spanish.
pub(crate) fn is_foreign(word: &str) -> bool {
    is_english(word) || is_spanish(word) || colours::colour_of(word).is_some()
}

/// Words that only Russian in Latin letters has.
pub(crate) fn latin_russian() -> impl Iterator<Item = &'static str> {
    LATIN_RUSSIAN.split_ascii_whitespace()
}

/// The English and the Spanish words.
pub(crate) fn foreign() -> impl Iterator<Item = &'static str> {
    let english = ENGLISH.split_ascii_whitespace();
    english.chain(SPANISH.split_ascii_whitespace())
}

/// A word with Spanish accents taken off.
pub(crate) fn without_accents(word: &str) -> String {
    word.chars()
        .map(|c| match c {
            'á' | 'à' => 'a',
            'é' | 'è' => 'e',
            'í' => 'i',
            'ó' => 'o',
            'ú' | 'ü' => 'u',
            'ñ' => 'n',
            _ => c,
        })
        .collect()
}

fn holds(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split_ascii_whitespace().any(|entry| entry == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_both_russian_in_latin_letters_and_the_only_sign_of_another_language() {
        let clashes: Vec<&str> = LATIN_RUSSIAN
            .split_ascii_whitespace()
            .filter(|word| holds(ENGLISH, word) && word.len() > 3)
            .collect();
        assert_eq!(clashes, [] as [&str; 0]);
    }
}
