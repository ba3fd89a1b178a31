"""2D-Doc: what a signed code says is read as its issuer wrote it, and believed only from whom we trust."""

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permis.standards import twodoc
from permis.standards.twodoc import c40, read, verify
from permis.standards.twodoc_contents import contents, day
from permis.standards.twodoc_fields import LABELS, LENGTHS, MANDATORY, OPTIONAL, TYPES
from permis.standards.twodoc_trust import Trust
from proof import twodoc_made as made
from proof.twodoc_made import GS, RS, TODAY, US, Authority, trusting

CEPC = (
    f"60LEA/MARIE{GS}62LE GALL{GS}6903052007D320261106E9ABCD-EFGH 123456789EAPEC06112026EDB{GS}"
    f"EB12345EE78/01.06{GS}EF0"
)
BILL = "26FR24570001" + f"0MME/PETIT/NINA{GS}227 PLACE DES TESTS{GS}25METZ{GS}"


@pytest.fixture(scope="module")
def authority():
    return Authority("FR42")


@pytest.fixture(scope="module")
def issuer(authority):
    return authority.issuer("AB01")


@pytest.fixture(scope="module")
def trust(authority, issuer):
    return trusting(authority.x509, issuer.x509)


def reasons(payload, trust, **how):
    return verify(read(payload), trust, TODAY, **how).reasons


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_certificate_of_success_is_read_field_by_field(issuer, trust):
    seal = read(issuer.seal(CEPC))
    assert seal.fields == {
        "60": "LEA/MARIE", "62": "LE GALL", "69": "03052007", "D3": "20261106", "E9": "ABCD-EFGH 123456789", "EA": "P",
        "EC": "06112026", "ED": "B", "EB": "12345", "EE": "78/01.06", "EF": "0",
    }  # fmt: skip
    header = seal.header
    assert (header.version, header.authority, header.certificate, header.kind) == ("04", "FR42", "AB01", "AD")
    assert (header.issued_on, header.signed_on, header.country) == (TODAY, TODAY, "FR")
    assert seal.faults == ()
    verdict = verify(seal, trust, TODAY)
    assert (verdict.valid, verdict.issuer) == (True, "EMETTEUR D ESSAI")


def test_the_header_that_the_specification_prints_is_read_in_its_three_versions():
    for head, length in (
        ("DC02FR0AXT4A0E840E8A01", 22),
        ("DC03FR0AXT4A0E840E8A0101", 24),
        ("DC04FR0AXT4A0E840E8A0101FR", 26),
    ):
        assert len(head) == length
        header = read(head.encode()).header
        assert (header.authority, header.certificate, header.kind, header.perimeter) == (
            "FR0A",
            "XT4A",
            "01",
            "01",
        )
        assert (header.issued_on, header.signed_on) == (dt.date(2010, 3, 5), dt.date(2010, 3, 11))


def test_a_field_that_fills_its_room_is_not_followed_by_a_separator(issuer):
    assert read(issuer.seal(CEPC)).fields["E9"] == "ABCD-EFGH 123456789"
    assert read(issuer.seal(CEPC)).fields["EA"] == "P"


def test_a_field_that_was_cut_is_said_to_be(issuer, trust):
    seal = read(issuer.seal(BILL + f"1898{RS}", kind="01"))
    assert (seal.fields["18"], seal.truncated) == ("98", {"18"})
    assert "truncated" in verify(seal, trust, TODAY).notes


def test_an_annexe_is_read_for_nothing(issuer, trust):
    seal = read(issuer.seal(BILL, kind="01", annexe=f"62MARTIN{GS}"))
    verdict = verify(seal, trust, TODAY)
    assert verdict.valid
    assert "annexe" in verdict.notes
    assert "62" not in seal.fields


@pytest.mark.parametrize("version", ["01", "02", "03", "04"])
@pytest.mark.parametrize("curve", [made.P256, made.P384, made.P521], ids=lambda c: c.name)
def test_every_version_on_every_curve_of_the_standard_is_verified(authority, version, curve):
    if version == "01" and curve is not made.P256:
        return  # 64 bytes are all that version 01 has
    one = authority.issuer("AB05", curve)
    assert reasons(one.seal(BILL, kind="01", version=version), trusting(authority.x509, one.x509)) == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", twodoc.NOT_ONE),
        (b"hello", twodoc.NOT_ONE),
        (b"DC", twodoc.NOT_ONE),
        (b"DC05FR0AXT4A0E840E8A0101FR", twodoc.VERSION),
        (b"DC04FR0AXT4A0E84", twodoc.BROKEN_HEADER),
        (b"DC04fr0AXT4A0E840E8A0101FR", twodoc.BROKEN_HEADER),
        (b"DC04FR0AXT4A0E84WXYZ0101FR", twodoc.BROKEN_HEADER),
        (b"\xdc\x04\x7b\xa7", twodoc.BROKEN_HEADER),
        (b"DC" * 4000, twodoc.NOT_ONE),
    ],
)
def test_what_is_no_2d_doc_is_said_to_be_none(text, sentence):
    with pytest.raises(twodoc.NotOne, match="2D-Doc") as told:
        read(text)
    assert str(told.value) == sentence


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"DC04FR42AB0126402640AD01FR", b"DC01FR42AB0126402640AD", b"\xdc\x04"]),
)
def test_no_bytes_whatsoever_break_the_reader(tail, head):
    try:
        seal = read(head + tail)
    except twodoc.NotOne:
        return
    assert not verify(seal, Trust(), TODAY, test_issuers=True).valid


def test_the_binary_header_of_version_04_is_read_and_nothing_more():
    # The country, authority, certificate and days that the specification prints for it.
    head = bytes.fromhex("dc047ba77b9d200f2d0a5fb3e19961b0010001")
    seal = read(head + b"\x00\x01\x02")
    assert (seal.header.country, seal.header.authority, seal.header.certificate) == ("FRA", "FR01", "12345")
    assert (seal.header.issued_on, seal.header.signed_on) == (dt.date(1969, 6, 27), dt.date(2016, 10, 5))
    assert seal.fields == {}
    assert "binary" in verify(seal, Trust(), TODAY).reasons


def test_c40_is_as_the_specification_shows():
    assert c40(bytes.fromhex("282a4dc5")) == "2D-DO"  # of 2D-DOC, whose last sign is no longer in C40
    assert c40(bytes.fromhex("7ba7")) == "FRA"
    for wrong in (b"\x00", b"\x00\x00", b"\xff\xff"):
        with pytest.raises(ValueError, match=r"."):
            c40(wrong)


# ── Believing ───────────────────────────────────────────────────────────────────────────────────────────────
def test_one_sign_changed_is_enough(issuer, trust):
    payload = issuer.seal(CEPC)
    assert reasons(payload, trust) == ()
    assert reasons(payload.replace(b"LE GALL", b"LE GALE"), trust) == ("signature",)
    assert reasons(payload.replace(b"06112026EDB", b"06112026EDC"), trust) == ("signature",)


def test_an_issuer_of_tests_is_believed_only_where_tests_are_allowed():
    tests = Authority("FR00")
    one = tests.issuer("TEST")
    trust = trusting(one.x509)
    payload = one.seal(CEPC)
    assert "test_issuer" in reasons(payload, trust)
    assert reasons(payload, trust, test_issuers=True) == ()
    late = one.seal(CEPC, signed_on=made.UNTIL + dt.timedelta(-2000))
    assert reasons(late, trust, test_issuers=True) == ("dates",)


def test_a_certificate_named_0000_is_of_tests_whatever_its_authority(authority):
    one = authority.issuer("0000")
    trust = trusting(authority.x509, one.x509)
    assert "test_issuer" in reasons(one.seal(CEPC), trust)
    assert reasons(one.seal(CEPC), trust, test_issuers=True) == ()


def test_the_published_certificate_of_tests_needs_no_folder():
    found = Trust().signers("FR00", "0001", test_issuers=True)
    assert [one.name for one in found.signers] == ["CERTIFICAT DE TEST"]
    assert Trust().signers("FR00", "0001").why == "test_issuer"


def test_nobody_is_believed_without_an_authority(authority, issuer):
    assert reasons(issuer.seal(CEPC), Trust()) == ("unknown_authority",)
    assert reasons(issuer.seal(CEPC), trusting(issuer.x509)) == ("unknown_authority",)
    assert reasons(issuer.seal(CEPC), trusting(authority.x509)) == ("unknown_certificate",)


def test_an_authority_that_only_bears_the_name_is_not_believed(authority):
    rogue = Authority("FR42").issuer("AB01")
    assert reasons(rogue.seal(CEPC), trusting(authority.x509, rogue.x509)) == ("other_authority",)


def test_an_issuer_named_like_an_authority_does_not_become_one(authority):
    one = authority.issuer("FR43")
    trust = trusting(authority.x509, one.x509)
    assert set(trust.authorities) == {"FR42"}


def test_a_revoked_certificate_is_refused_even_for_what_it_signed_before(authority, issuer):
    trust = trusting(authority.x509, issuer.x509, authority.revocations(issuer))
    for when in (made.SINCE, TODAY):
        assert reasons(issuer.seal(CEPC, signed_on=when), trust) == ("revoked",)


def test_a_certificate_that_ran_out_is_good_for_what_it_signed_before(authority):
    one = authority.issuer("AB08", until=dt.date(2025, 6, 1))
    trust = trusting(authority.x509, one.x509)
    assert reasons(one.seal(CEPC, signed_on=dt.date(2025, 6, 1)), trust) == ()
    assert reasons(one.seal(CEPC, signed_on=dt.date(2025, 6, 2)), trust) == ("dates",)
    assert reasons(one.seal(CEPC, signed_on=dt.date(2023, 12, 31)), trust) == ("dates",)


def test_nothing_is_signed_tomorrow(issuer, trust):
    assert reasons(issuer.seal(CEPC, signed_on=TODAY + dt.timedelta(1)), trust) == ()  # another time zone
    assert reasons(issuer.seal(CEPC, signed_on=TODAY + dt.timedelta(2)), trust) == ("future",)


def test_a_signature_has_one_way_of_being_written(issuer, trust):
    payload = issuer.seal(CEPC)
    signed = payload[: payload.index(US.encode()) + 1]
    signature = payload[len(signed) :]
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    twin = signature[:-1] + bytes([letters[letters.index(signature[-1]) + 1]])
    for other in (twin, signature.lower(), signature + b"=", made.base32(issuer.sign_der(signed[:-1]))):
        assert "signature_form" in reasons(signed + other, trust)


def test_a_document_that_lacks_a_field_or_has_one_too_many_is_not_believed(issuer, trust):
    assert reasons(issuer.seal(CEPC.replace("EDB" + GS, "")), trust) == ("missing_field",)
    assert reasons(issuer.seal(CEPC + "2475002"), trust) == ("forbidden_field",)
    assert set(reasons(issuer.seal(CEPC + "QQ1"), trust)) == {"unknown_field", "forbidden_field"}
    assert reasons(issuer.seal(CEPC + "6901012001"), trust) == ("structure",)


def test_a_faulty_form_is_only_told_for_a_document_that_we_do_not_use(issuer, trust):
    verdict = verify(read(issuer.seal("QQ1", kind="C2")), trust, TODAY)
    assert verdict.valid
    assert "structure" in verdict.notes


def test_two_certificates_of_one_name_are_told_apart_by_their_keys(authority, issuer):
    second = authority.issuer("AB01")
    trust = trusting(authority.x509, issuer.x509, second.x509, authority.revocations(second))
    assert reasons(issuer.seal(CEPC), trust) == ()
    assert reasons(second.seal(CEPC), trust) == ("revoked",)


# ── The folder ──────────────────────────────────────────────────────────────────────────────────────────────
def test_an_operator_puts_certificates_in_a_folder_in_any_usual_form(tmp_path, authority):
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

    issuers = [authority.issuer(f"AB1{n}") for n in range(4)]
    (tmp_path / "ca.pem").write_bytes(made.pem(authority.x509))
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "one.der").write_bytes(issuers[0].x509.public_bytes(Encoding.DER))
    (tmp_path / "two.p7b").write_bytes(
        pkcs7.serialize_certificates([i.x509 for i in issuers[1:3]], Encoding.DER)
    )
    part = issuers[3].x509.public_bytes(Encoding.DER)
    (tmp_path / "bundle").write_bytes(
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: application/pkix-cert\r\n'
        b"Content-Transfer-Encoding: binary\r\n\r\n" + part + b"\r\n--x--\r\n"
    )
    (tmp_path / "readme.txt").write_text("nothing of interest")
    (tmp_path / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    (tmp_path / "list.crl").write_bytes(authority.revocations(issuers[1]).public_bytes(Encoding.DER))
    trust = Trust.of(tmp_path)
    told = [reasons(one.seal(CEPC), trust) for one in issuers]
    assert told == [(), ("revoked",), (), ()]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(OSError, match="none"):
        Trust.of(tmp_path / "none")
    assert Trust.of(None).authorities == {}


def tsl(authority, word="inaccord", since="2020-01-01T00:00:00Z", sequence=5, more=""):
    import base64

    from cryptography.hazmat.primitives.serialization import Encoding

    der = base64.b64encode(authority.x509.public_bytes(Encoding.DER)).decode()
    return (
        f'<?xml version="1.0"?>{more}<t:TrustServiceStatusList xmlns:t="http://uri.etsi.org/02231/v2#">'
        f"<t:SchemeInformation><t:TSLSequenceNumber>{sequence}</t:TSLSequenceNumber><t:NextUpdate>"
        "<t:dateTime>2026-12-01T00:00:00Z</t:dateTime></t:NextUpdate></t:SchemeInformation><t:TSPService>"
        f"<t:ServiceInformation><t:ServiceStatus>http://uri.etsi.org/TrstSvc/Svcstatus/{word}</t:ServiceStatus>"
        f"<t:StatusStartingTime>{since}</t:StatusStartingTime><t:X509Certificate>{der}</t:X509Certificate>"
        "</t:ServiceInformation></t:TSPService></t:TrustServiceStatusList>"
    ).encode()


@pytest.mark.parametrize(
    ("word", "since", "expected"),
    [
        ("inaccord", "2020-01-01T00:00:00Z", ()),
        ("withdrawn", "2026-11-21T00:00:00Z", ("withdrawn_authority",)),
        ("expired", "2026-11-21T00:00:00Z", ()),
        ("expired", "2026-11-20T00:00:00Z", ("withdrawn_authority",)),
    ],
)
def test_the_trusted_list_says_which_authorities_are_believed(authority, issuer, word, since, expected):
    trust = trusting(issuer.x509)
    trust.add_list(tsl(authority, word, since))
    assert reasons(issuer.seal(CEPC), trust) == expected


def test_the_newest_list_of_a_folder_counts(tmp_path, authority, issuer):
    (tmp_path / "a.xml").write_bytes(tsl(authority, "withdrawn", sequence=9))
    (tmp_path / "b.xml").write_bytes(tsl(authority, sequence=8))
    (tmp_path / "c.pem").write_bytes(made.pem(issuer.x509))
    trust = Trust.of(tmp_path)
    assert reasons(issuer.seal(CEPC), trust) == ("withdrawn_authority",)
    assert trust.sequence == 9


def test_a_list_that_is_out_of_date_is_told_and_refuses_nobody(authority, issuer):
    trust = trusting(issuer.x509)
    trust.add_list(tsl(authority))
    verdict = verify(read(issuer.seal(CEPC)), trust, dt.date(2026, 12, 2))
    assert verdict.valid
    assert set(verdict.notes) == {"revocation_unknown", "list_expired"}


def test_a_list_that_declares_entities_is_not_read(authority):
    trust = Trust()
    trust.add_list(tsl(authority, more='<!DOCTYPE t [<!ENTITY a "b">]>'))
    assert trust.authorities == {}


# ── What it says ────────────────────────────────────────────────────────────────────────────────────────────
def test_a_certificate_of_success_says_who_passed_what_and_when(issuer):
    said = contents(read(issuer.seal(CEPC)))
    assert (said.birth_name, said.given_names) == ("LE GALL", ("LEA", "MARIE"))
    assert (said.birth_date, said.exam_on, said.starts_on) == (
        dt.date(2007, 5, 3),
        dt.date(2026, 11, 6),
        dt.date(2026, 11, 6),
    )
    assert (said.category, said.practical, said.codes, said.medical_visit) == (
        "B",
        True,
        ("78", "01.06"),
        False,
    )


def test_a_bill_says_whose_it_is_and_where_they_live(issuer):
    said = contents(read(issuer.seal(BILL, kind="01")))
    assert said.whole_names == ("MME PETIT NINA",)
    assert said.address is not None
    assert (said.address.street, said.address.postcode, said.address.town) == (
        "7 PLACE DES TESTS",
        "57000",
        "METZ",
    )
    assert said.issued_on == TODAY


def test_a_tax_notice_says_the_address_in_one_field_or_in_many(issuer):
    tax = f"432{GS}442278012345678" + "452025" + f"46RETI PATRICK{GS}4A31072026"
    for message in (
        tax + f"4Y145 RUE VERTE/ZA SUD/78320/LEVIS ST NOM{GS}",
        tax + f"6U145 RUE VERTE{GS}6V ZA{GS}6W783206XLEVIS ST NOM{GS}",
    ):
        said = contents(read(issuer.seal(message, kind="28", issued_on=None)))
        assert said.address is not None
        assert (said.address.street, said.address.postcode, said.address.town) == (
            "145 RUE VERTE",
            "78320",
            "LEVIS ST NOM",
        )
        assert said.issued_on == dt.date(2026, 7, 31)


def test_days_are_read_both_ways_and_never_guessed():
    assert day("06122006") == dt.date(2006, 12, 6)
    assert day("20061206", year_first=True) == dt.date(2006, 12, 6)
    assert day("06122006", year_first=True) == dt.date(2006, 12, 6)
    assert day("31022006") is None
    assert day("2006120") is None
    assert twodoc.days("FFFF") is None
    assert twodoc.days("111E") == dt.date(2011, 12, 31)


# ── The tables ──────────────────────────────────────────────────────────────────────────────────────────────
def test_every_field_that_we_demand_or_name_is_in_the_table_of_lengths():
    needed = {
        field
        for row in MANDATORY.values()
        for one in row
        for field in ((one,) if isinstance(one, str) else one)
    }
    assert needed | set(LABELS) | set().union(*OPTIONAL.values()) <= set(LENGTHS)
    assert set(MANDATORY) <= set(TYPES)
    assert all(low >= 0 and (high is None or high >= low) for low, high in LENGTHS.values())
    assert (LENGTHS["E9"], LENGTHS["69"], LENGTHS["60"], LENGTHS["01"]) == (
        (0, 19),
        (8, 8),
        (0, 60),
        (0, None),
    )


def test_every_reason_is_a_french_sentence():
    for sentence in (*twodoc.REASONS.values(), *twodoc.NOTES.values()):
        assert sentence.endswith(".")
        assert "!" not in sentence
        assert "veuillez" not in sentence.lower()


def test_documents_drawn_at_random_are_believed(issuer, trust):
    rng = random.Random(7)
    for _ in range(50):
        assert reasons(issuer.seal(made.cepc(rng)), trust) == ()
        assert reasons(issuer.seal(made.bill(rng, 3), kind="01", version="02"), trust) == ()
