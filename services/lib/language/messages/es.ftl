# Lo que Torg escribe a los compradores. Los argumentos se explican en en.ftl.

greeting = ¡Hola! ¿En qué le puedo ayudar? Pregunte por cualquier artículo: si lo hay y cuánto cuesta.
greeting-prefix = ¡Hola!
thanks = ¡De nada! Si tiene alguna pregunta, escríbame.

stock-price = «{ $name }» cuesta { $price }, { $availability }.
stock-available = Sí, «{ $name }» está disponible: { $quantity ->
    [one] { $quantity } unidad
   *[other] { $quantity } unidades
}. El precio es { $price }.
stock-available-some = Sí, «{ $name }» está disponible. El precio es { $price }.
stock-last-one = Sí, «{ $name }» está disponible, queda la última unidad. El precio es { $price }.
stock-on-order = «{ $name }» no está disponible ahora, pero se puede encargar. El precio es { $price }.
stock-sold-out = Lo siento, no quedan unidades de «{ $name }».
stock-sold-out-with-alternative = Lo siento, no quedan unidades de «{ $name }». Tenemos «{ $alternative }» — { $price }, { $availability }.
stock-which = ¿Qué artículo le interesa? Escriba el nombre.

stock-list-intro = { $count ->
    [one] He encontrado { $count } artículo:
   *[other] He encontrado { $count } artículos:
}
stock-list-intro-more = Hay { $count } artículos, estos son los primeros { $shown }:
stock-other-variants = Justo ese no lo tenemos. Estos se parecen:
stock-list-item = { $number }. { $name } — { $price }, { $availability }
stock-list-outro = ¿Cuál le interesa? Escriba el número.

availability-in-stock = { $quantity ->
    [one] { $quantity } unidad disponible
   *[other] { $quantity } unidades disponibles
}
availability-some = disponible
availability-on-order = por encargo
availability-sold-out = sin existencias

handoff-notice = He pasado su pregunta al vendedor{ $answers }
handoff-rest-notice = He pasado el resto al vendedor{ $answers }
handoff-complaint-notice = Siento lo ocurrido. He pasado su mensaje al vendedor{ $answers }
unreadable-notice = No puedo abrir esto, se lo he pasado al vendedor{ $answers }

# Cuándo responderá el vendedor
answers-here = {","} le responderá aquí.
answers-soon = {","} le responderá aquí pronto.
answers-away = {"."} Ahora no hay nadie; el vendedor le responderá { $when }.
answers-away-someday = {"."} Ahora no hay nadie; el vendedor le responderá cuando vuelva.
handoff-again = También se lo he pasado, el vendedor lo verá.
waiting-still = El vendedor aún no ha llegado; le responderá { $when }.
waiting-still-free = El vendedor aún no ha llegado; le responderá en cuanto pueda.
when-today = hoy a las { $time }
when-tomorrow = mañana a las { $time }
when-weekday = el { $weekday ->
    [monday] lunes
    [tuesday] martes
    [wednesday] miércoles
    [thursday] jueves
    [friday] viernes
    [saturday] sábado
   *[sunday] domingo
} a las { $time }
when-date = el { $date } de { $month ->
    [january] enero
    [february] febrero
    [march] marzo
    [april] abril
    [may] mayo
    [june] junio
    [july] julio
    [august] agosto
    [september] septiembre
    [october] octubre
    [november] noviembre
   *[december] diciembre
} a las { $time }

# Catalog
ask-same-product = ¿Se refiere a «{ $name }»?
catalog-what = ¿Qué busca o para qué lo necesita? Le buscaré algo.
catalog-list-intro = Esto le puede servir:
catalog-one = Le puede servir «{ $name }» — { $price }, { $availability }.
catalog-about = «{ $name }» — { $price }, { $availability }. { $description }
catalog-quote = «{ $name }». La descripción dice: «{ $quote }».
catalog-named = Es «{ $name }».

# Questions
ask-meaning = ¿Se refiere a { $first } o a { $second }?
ask-product = ¿Qué producto le interesa? Escriba el nombre, por favor.
ask-purpose = Soy el asistente de la tienda: le ayudo con productos, precios y envíos. ¿Qué le interesa?
subject-stock = la disponibilidad
subject-delivery = el envío
subject-price = un descuento
subject-search = la elección del producto
subject-product = los detalles del producto
subject-cart = su carrito
subject-order = la compra
subject-status = su pedido
handoff-part-notice = He pasado al vendedor su pregunta sobre { $what }{ $answers }

# Delivery
delivery-intro = Envío:
delivery-intro-days = Plazo de envío:
delivery-line = { $place } — { $cost }, { $days }
delivery-line-days-first = { $place } — { $days }, { $cost }
delivery-line-no-days = { $place } — { $cost }
delivery-free = gratis
delivery-free-from = El envío es gratis en pedidos desde { $price }.
delivery-free-from-to = El envío es gratis en pedidos desde { $price } a: { $places }.
delivery-pickup = Sí, puede recogerlo en persona — { $cost }: { $terms }.
delivery-pickup-no-terms = Sí, puede recogerlo en persona — { $cost }.
delivery-where = ¿A qué ciudad se lo enviamos?
delivery-no-terms = { $places } — no tengo las condiciones de envío, pero puedo preguntar al vendedor.
delivery-unknown-place = No he reconocido uno de los lugares: ¿cuál es la ciudad grande más cercana?

# General
general-who = Soy un bot, el asistente de la tienda: respondo preguntas sobre artículos y pedidos. Si lo prefiere, aviso al vendedor.
general-how-it-goes = ¡Todo bien, gracias! Soy el asistente de la tienda y respondo preguntas sobre artículos y pedidos. Si lo prefiere, aviso al vendedor.
general-address = Nuestra dirección: { $address }.
general-days-and-hours = Abrimos { $days }, { $hours }.
general-days = Abrimos { $days }.
general-hours = Abrimos { $hours }.
general-phone = Nuestro teléfono: { $phone }.
general-seller-says = El vendedor responde: «{ $answer }»

# Pricing
pricing-offer = Puedo dejarle «{ $name }» en { $price }{ $terms }. { $holds }
pricing-lowest = Puedo dejarle «{ $name }» en { $price }{ $terms }: es el mejor precio posible. { $holds }
pricing-accepted = De acuerdo: «{ $name }» por { $price }{ $terms }. { $holds }
pricing-renewed = Puedo ofrecerle de nuevo «{ $name }» por { $price }{ $terms }: es el mejor precio posible. { $holds }
pricing-agreed = Claro: «{ $name }» — { $price }{ $terms }.
pricing-last = Lo siento, no puedo bajar de { $price }{ $terms }: es el mejor precio de «{ $name }».
pricing-fixed = El precio de «{ $name }» es fijo: { $price }. Lo siento, no puedo bajarlo.
pricing-yours = «{ $name }» para usted: { $price } en lugar de { $full }{ $terms }, { $availability }.
pricing-pieces = «{ $name }»: { $quantity ->
    [one] { $quantity } unidad
   *[other] { $quantity } unidades
} a { $price } cada una, { $total } en total, { $availability }.
pricing-break = { $from ->
    [one] Desde { $from } unidad
   *[other] Desde { $from } unidades
}, { $percent }% de descuento.
pricing-terms = {" "}(cada una, a partir de { $quantity ->
    [one] { $quantity } unidad
   *[other] { $quantity } unidades
})
pricing-holds = La oferta es válida durante { $hours ->
    [one] { $hours } hora
   *[other] { $hours } horas
}.
