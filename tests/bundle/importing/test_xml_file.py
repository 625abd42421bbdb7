"""XML files, read piece by piece; damage and attacks are refused by the file's name."""

import pytest

from bundle.importing import xml_file
from bundle.importing.xml_file import iterate_xml, read_xml, root_name
from scripts.errors import DataError

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BILLION_LAUGHS = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]><a><b>&l9;</b></a>'
EXTERNAL = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a><b>&x;</b></a>'
EXTERNAL_DTD = '<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a><b/></a>'


def write(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "a.xml"
    path.write_text(text, encoding=encoding)
    return path


def test_parts_come_one_after_another_and_are_emptied_behind(tmp_path):
    path = write(tmp_path, '<?xml version="1.0"?>\n<a>\n <b n="1"><c/></b>\n <!-- d --> <b n="2">text</b></a>')
    seen = []
    for part in iterate_xml(path, "a"):
        seen.append(part)
        assert part.tag == "b"
    assert [part.get("n") for part in seen] == ["1", "2"]
    first = next(iterate_xml(path, "a"))
    assert [child.tag for child in first] == ["c"]


def test_a_whole_file_at_once(tmp_path):
    whole = read_xml(write(tmp_path, '<a><b n="1"><c/></b><b>text</b></a>'), "a")
    assert [part.tag for part in whole.iter()] == ["a", "b", "c", "b"]
    assert whole[1].text == "text"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path, encoding):
    path = write(tmp_path, "<a><b>gefäß</b></a>", encoding)
    assert next(iterate_xml(path, "a")).text == "gefäß"
    assert root_name(path) == "a"


@pytest.mark.parametrize("attack", [BILLION_LAUGHS, EXTERNAL, EXTERNAL_DTD])
def test_entities_and_type_definitions_are_refused(tmp_path, attack):
    with pytest.raises(DataError, match="a.xml: has a document type definition"):
        list(iterate_xml(write(tmp_path, attack), "a"))


@pytest.mark.parametrize("text", ["", "<a", "<a><b></a>", "<a><b/>", "<a/><a/>", "no XML", "<a>\0</a>", "<a>&l9;</a>"])
def test_damage_is_refused(tmp_path, text):
    with pytest.raises(DataError, match="a.xml: is damaged or cut off"):
        list(iterate_xml(write(tmp_path, text), "a"))


@pytest.mark.parametrize("encoding", ["no-such-encoding", "base64"])
def test_unknown_encodings_are_refused(tmp_path, encoding):
    with pytest.raises(DataError, match="a.xml: "):
        list(iterate_xml(write(tmp_path, f'<?xml version="1.0" encoding="{encoding}"?><a/>'), "a"))


def test_text_of_another_encoding_than_declared_is_refused(tmp_path):
    with pytest.raises(DataError, match="a.xml: is damaged"):
        list(iterate_xml(write(tmp_path, '<?xml version="1.0" encoding="utf-8"?><a>gefäß</a>', "latin-1"), "a"))


def test_other_formats_are_refused(tmp_path):
    with pytest.raises(DataError, match="expected an XML file that begins with <a>, got <annotation>"):
        list(iterate_xml(write(tmp_path, "<annotation/>"), "a"))


def test_missing_and_large_files_are_refused(tmp_path, monkeypatch):
    with pytest.raises(DataError, match="a.xml: cannot be read"):
        list(iterate_xml(tmp_path / "a.xml", "a"))
    monkeypatch.setattr(xml_file, "MAX_XML_BYTES", 1 << 20)
    with pytest.raises(DataError, match="has 2 MiB; expected at most 1 MiB"):
        list(iterate_xml(write(tmp_path, "<a>" + " " * (2 << 20) + "</a>"), "a"))


def test_deep_nesting_is_no_trouble(tmp_path):
    path = write(tmp_path, "<a>" + "<b>" * 20_000 + "</b>" * 20_000 + "</a>")
    assert sum(1 for _ in iterate_xml(path, "a")) == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('<?xml version="1.0"?><!-- <x> --><annotations>', "annotations"),
        ("<Annotations MicronsPerPixel='1'>", "Annotations"),
        ('<!DOCTYPE a [<!ENTITY x "<y/>">]><a>', "a"),
        ("", None),
        ("{}", None),
        ("a <b>", None),
        ("<", None),
    ],
)
def test_name_of_the_outermost_element(tmp_path, text, name):
    assert root_name(write(tmp_path, text)) == name


def test_name_of_the_outermost_element_of_what_is_no_file(tmp_path):
    assert root_name(tmp_path) is None and root_name(tmp_path / "a.xml") is None
