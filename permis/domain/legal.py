"""The texts that every rule, amount, age and term quotes, with the date of the copy that was read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A text of law or an official page, and where in it."""

    key: str
    title: str
    read_on: str  # ISO date of the copy or version that was read; empty: known from memory, to be read again
    article: str = ""

    def art(self, article: str) -> Source:
        """The same text at one article."""
        return Source(self.key, self.title, self.read_on, article)

    def __str__(self) -> str:
        return f"{self.title}, {self.article}" if self.article else self.title


ARR_2012 = Source("ARR_2012", "Arrêté du 20 avril 2012 (NOR IOCS1221841A)", "2024-03-19")
ARR_2016 = Source("ARR_2016", "Arrêté du 23 décembre 2016 (justificatifs d’identité et de domicile)", "2016-12-23")
CODE_ROUTE = Source("CODE_ROUTE", "Code de la route", "2017-08-14")
CRPA = Source("CRPA", "Code des relations entre le public et l’administration", "")
CJA = Source("CJA", "Code de justice administrative", "")
CODE_PENAL = Source("CODE_PENAL", "Code pénal", "")
DECRET_2023_1214 = Source("DECRET_2023_1214", "Décret n° 2023-1214 (permis B à 17 ans)", "2024-01-01")
SN_114_6 = Source("SN_114_6", "Code du service national, art. L114-6", "2025-05-26")
F2828 = Source("F2828", "service-public.fr, fiche F2828 (permis B)", "2025-05-26")
F2686 = Source("F2686", "service-public.fr, fiche F2686 (avis médical)", "2020-11-01")
F2390 = Source("F2390", "service-public.fr, fiche F2390 (permis probatoire)", "2020-11-01")
F31847 = Source("F31847", "service-public.fr, fiche F31847 (justificatif de domicile)", "2023-05-26")
F31057 = Source("F31057", "service-public.fr, fiche F31057 (justificatif d’identité)", "2020-11-01")
F10619 = Source("F10619", "service-public.fr, fiche F10619 (photo d’identité)", "2020-11-01")
F34773 = Source("F34773", "service-public.fr, fiche F34773 (permis retrouvé)", "2020-11-01")
F34118 = Source("F34118", "service-public.fr, fiche F34118 (coût du permis)", "2024-06-25")
F1727 = Source("F1727", "service-public.fr, fiche F1727 (permis perdu)", "2025-01-03")
F870 = Source("F870", "service-public.fr, fiche F870 (recensement)", "2020-11-01")
DECRET_2024_1075 = Source("DECRET_2024_1075", "Décret n° 2024-1075 (attestation de droits à conduire)", "")
CIBS = Source("CIBS", "Code des impositions sur les biens et services", "")
SEN25 = Source("SEN25", "Sénat, rapport l25-139-32 (délais de France Titres)", "2025-11-01")
DELAYS = Source("DELAYS", "Délais constatés par la presse spécialisée (voir docs/law.md)", "")
F173 = Source("F173", "service-public.fr, fiche F173 (erreur sur le permis)", "2023-09-05")
F1450 = Source("F1450", "service-public.fr, fiche F1450 (permis volé)", "2024-10-18")
F20109 = Source("F20109", "service-public.fr, fiche F20109 (permis abîmé)", "2024-06-25")
F2695 = Source("F2695", "service-public.fr, fiche F2695 (changement d’état civil)", "2020-11-01")
F31133 = Source("F31133", "service-public.fr, fiche F31133 (format et durée du permis)", "2020-11-01")
F1704 = Source("F1704", "service-public.fr, fiche F1704 (permis annulé ou invalidé)", "2020-11-01")
F20028 = Source("F20028", "service-public.fr, fiche F20028 (nouvelle catégorie)", "2023-02-03")
F2890 = Source("F2890", "service-public.fr, fiche F2890 (permis AM)", "2020-11-01")
F31119 = Source("F31119", "service-public.fr, fiche F31119 (permis A)", "2020-11-01")
F32927 = Source("F32927", "service-public.fr, fiche F32927 (mention B96)", "2020-11-01")
ANTS_AE1 = Source("ANTS_AE1", "Aide de l’ANTS aux auto-écoles : démarches en ligne", "")
ANTS_PCI = Source("ANTS_PCI", "Aide de l’ANTS : permis de conduire international", "")
F1255 = Source("F1255", "service-public.fr, fiche F1255 (contrôle médical périodique)", "2020-11-01")
F2727 = Source("F2727", "service-public.fr, fiche F2727 (visite médicale après une sanction)", "2020-11-01")
F2843 = Source("F2843", "service-public.fr, fiche F2843 (permis C)", "2024-01-01")
F2845 = Source("F2845", "service-public.fr, fiche F2845 (permis BE)", "2023-02-03")
F31674 = Source("F31674", "service-public.fr, fiche F31674 (permis rose à trois volets)", "2026-02-02")
F45 = Source("F45", "service-public.fr, fiche F45 (moto légère avec le permis B)", "2020-11-01")
F250 = Source("F250", "service-public.fr, fiche F250 (changement d’adresse)", "2020-11-01")
ARR_1999 = Source("ARR_1999", "Arrêté du 8 février 1999 (échange des permis européens)", "")
ARR_JAN_2012 = Source("ARR_JAN_2012", "Arrêté du 12 janvier 2012 (échange des permis non européens)", "2024-01-01")
ARR_JUN_1999 = Source("ARR_JUN_1999", "Arrêté du 1er juin 1999 (brevets militaires de conduite)", "")
ARR_2022 = Source("ARR_2022", "Arrêté du 28 mars 2022 (aptitude médicale à la conduite)", "")
DECRET_2014_1294 = Source("DECRET_2014_1294", "Décret n° 2014-1294 (silence valant refus)", "")
DECRET_2021_542 = Source("DECRET_2021_542", "Décret n° 2021-542 (âge pour conduire un autocar)", "2021-05-01")
DECRET_2024_976 = Source("DECRET_2024_976", "Décret n° 2024-976 (permis de conduire international)", "2024-11-05")
ARR_2024 = Source("ARR_2024", "Arrêté du 15 février 2024 (boîte automatique)", "")
F1758 = Source("F1758", "service-public.fr, fiche F1758 (permis européen)", "2022-01-01")
F1757 = Source("F1757", "service-public.fr, fiche F1757 (enregistrement d’un permis européen)", "2020-11-01")
F1460 = Source("F1460", "service-public.fr, fiche F1460 (permis non européen)", "2025-10-20")
F32134 = Source("F32134", "service-public.fr, fiche F32134 (permis d’une collectivité d’outre-mer)", "2020-11-01")
F32776 = Source("F32776", "service-public.fr, fiche F32776 (retour de l’étranger)", "2020-11-01")
F1452 = Source("F1452", "service-public.fr, fiche F1452 (brevet militaire)", "2020-11-01")
F10036 = Source("F10036", "service-public.fr, fiche F10036 (diplôme professionnel)", "2020-11-01")
F11534 = Source("F11534", "service-public.fr, fiche F11534 (permis international)", "2020-11-01")
R39502 = Source("R39502", "service-public.fr, fiche R39502 (certificat d’examen)", "2025-01-03")
R45443 = Source("R45443", "service-public.fr, téléservice R45443 (demande de titre)", "2020-11-01")
ANTS_EXP = Source("ANTS_EXP", "Aide de l’ANTS : expédition du permis de conduire", "")
SEED = Source("SEED", "Fiche « Téléprocédures permis de conduire »", "")
PARAMETER = Source("PARAMETER", "Paramètre de ce service (voir docs/law.md)", "2026-11-23")
