"""The rows that every card asks for: identity, home, photo, representative, stay and residence."""

from __future__ import annotations

from permis.domain.conditions import adult, always, european, french, lives, minor, ward
from permis.domain.legal import ARR_2016, F31847, R45443, SEED
from permis.domain.required.table import Need
from permis.domain.vocabulary import Piece as P

IDENTITY = (Need("id", ((P.ID,),), always, "pour vérifier que c’est bien vous", ARR_2016.art("art. 1")),)

HOME = (
    Need("addr", ((P.ADDR,),), lives("own") & adult, "pour envoyer la carte à la bonne adresse", F31847, who="Si vous avez 18 ans ou plus et un justificatif à votre nom"),
    Need("heb", ((P.HEB,), (P.ID_HEB,), (P.ADDR_HEB,)), lives("hosted") & adult, "parce qu’une autre personne vous héberge", F31847, who="Si vous avez 18 ans ou plus et qu’une autre personne vous héberge"),
    Need("heb-minor", ((P.HEB,), (P.ID_HEB,), (P.ADDR_HEB,)), minor, "parce que vous êtes mineur : un de vos parents vous héberge", F31847, who="Si vous avez moins de 18 ans : un de vos parents vous héberge"),
    Need("homeless", ((P.DOMICILIATION,), (P.ADDR,)), lives("homeless") & adult, "parce que vous n’avez pas de domicile stable", F31847, who="Si vous n’avez pas de domicile stable"),
    Need("hotel", ((P.HOTEL,), (P.ADDR,)), (lives("hotel") | lives("caravan")) & adult, "parce que vous vivez à l’hôtel, dans un camping ou une caravane", F31847, who="Si vous vivez à l’hôtel, dans un camping ou une caravane"),
    Need("boat", ((P.BOAT,), (P.ADDR,)), lives("boat") & adult, "parce que vous vivez sur un bateau", F31847, who="Si vous vivez sur un bateau"),
)

PHOTO = (Need("photo", ((P.PHOTO,),), always, "elles sont imprimées sur votre carte", R45443),)

REPRESENTATIVE = (
    Need("rep-minor", ((P.REP,), (P.ID_REP,)), minor, "parce que vous êtes mineur : un parent signe avec vous", SEED, who="Si vous avez moins de 18 ans : un de vos parents signe avec vous"),
    Need("rep-ward", ((P.REP,), (P.ID_REP,)), ward & adult, "parce que vous êtes sous tutelle : votre tuteur signe avec vous", SEED, who="Si vous êtes sous tutelle : votre tuteur signe avec vous"),
)

RESIDENCE = (
    Need("stay", ((P.STAY,),), ~european, "pour vérifier que vous séjournez en France régulièrement", ARR_2016.art("art. 3"), who="Si vous n’avez pas la nationalité d’un pays européen"),
    Need("resn", ((P.RESN,),), european & ~french, "pour vérifier que vous vivez en France depuis au moins 185 jours", ARR_2016.art("art. 2"), who="Si vous avez la nationalité d’un pays européen autre que la France"),
)
