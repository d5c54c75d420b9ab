"""Where the shop delivers, and how an address is written there. Data only; `address.py` has the rules."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class AddressFormat:
    """How one country writes an address.

    `region` and `postcode` name the field's word in the locale files ("state", "zip"), None where the country has no
    such field. `regions` maps stored codes to names as printed. `pattern` is matched against the whole postcode in
    upper case.
    """

    code: str
    region: str | None = None
    regions: dict[str, str] = field(default_factory=dict)
    postcode: str | None = "postcode"
    pattern: str = ""
    example: str = ""

    def accepts_postcode(self, text: str) -> bool:
        return self.postcode is None or re.fullmatch(self.pattern, text.upper()) is not None


def _named(text: str) -> dict[str, str]:
    return dict(entry.strip().split(" ", 1) for entry in text.split(","))


_STATES = _named(
    "AL Alabama, AK Alaska, AZ Arizona, AR Arkansas, CA California, CO Colorado, CT Connecticut, DE Delaware,"
    "DC District of Columbia, FL Florida, GA Georgia, HI Hawaii, ID Idaho, IL Illinois, IN Indiana, IA Iowa, KS Kansas,"
    "KY Kentucky, LA Louisiana, ME Maine, MD Maryland, MA Massachusetts, MI Michigan, MN Minnesota, MS Mississippi,"
    "MO Missouri, MT Montana, NE Nebraska, NV Nevada, NH New Hampshire, NJ New Jersey, NM New Mexico, NY New York,"
    "NC North Carolina, ND North Dakota, OH Ohio, OK Oklahoma, OR Oregon, PA Pennsylvania, RI Rhode Island,"
    "SC South Carolina, SD South Dakota, TN Tennessee, TX Texas, UT Utah, VT Vermont, VA Virginia, WA Washington,"
    "WV West Virginia, WI Wisconsin, WY Wyoming"
)
_PROVINCES = _named(
    "AB Alberta, BC British Columbia, MB Manitoba, NB New Brunswick, NL Newfoundland and Labrador, NS Nova Scotia,"
    "NT Northwest Territories, NU Nunavut, ON Ontario, PE Prince Edward Island, QC Quebec, SK Saskatchewan, YT Yukon"
)
_EMIRATES = _named(
    "AZ أبوظبي Abu Dhabi, DU دبي Dubai, SH الشارقة Sharjah, AJ عجمان Ajman, UQ أم القيوين Umm Al Quwain,"
    "RK رأس الخيمة Ras Al Khaimah, FU الفجيرة Fujairah"
)
_CHINESE_PROVINCES = _named(
    "BJ 北京 Beijing, SH 上海 Shanghai, TJ 天津 Tianjin, CQ 重庆 Chongqing, GD 广东 Guangdong, ZJ 浙江 Zhejiang,"
    "JS 江苏 Jiangsu, SD 山东 Shandong, FJ 福建 Fujian, SC 四川 Sichuan, HB 湖北 Hubei, HN 湖南 Hunan, HA 河南 Henan,"
    "HE 河北 Hebei, SX 山西 Shanxi, SN 陕西 Shaanxi, AH 安徽 Anhui, JX 江西 Jiangxi, LN 辽宁 Liaoning, JL 吉林 Jilin,"
    "HL 黑龙江 Heilongjiang, GX 广西 Guangxi, YN 云南 Yunnan, GZ 贵州 Guizhou, HI 海南 Hainan, GS 甘肃 Gansu,"
    "QH 青海 Qinghai, NX 宁夏 Ningxia, NM 内蒙古 Inner Mongolia, XJ 新疆 Xinjiang, XZ 西藏 Tibet"
)
_COUNTIES = _named(
    "CW Carlow, CN Cavan, CE Clare, CO Cork, DL Donegal, D Dublin, G Galway, KY Kerry, KE Kildare, KK Kilkenny, "
    "LS Laois, LM Leitrim, LK Limerick, LD Longford, LH Louth, MO Mayo, MH Meath, MN Monaghan, OY Offaly, "
    "RN Roscommon, SO Sligo, TA Tipperary, WD Waterford, WH Westmeath, WX Wexford, WW Wicklow"
)

FORMATS = {
    entry.code: entry
    for entry in (
        AddressFormat("GB", pattern=r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}", example="SW1A 1AA"),
        AddressFormat(
            "IE", "county", _COUNTIES, "eircode", pattern=r"[A-Z][0-9][0-9W] ?[A-Z0-9]{4}", example="D02 AF30"
        ),
        AddressFormat("DE", pattern=r"[0-9]{5}", example="10115"),
        AddressFormat("US", "state", _STATES, "zip", pattern=r"[0-9]{5}(-[0-9]{4})?", example="94103"),
        AddressFormat("CA", "province", _PROVINCES, pattern=r"[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]", example="K1A 0B1"),
        AddressFormat("AE", "emirate", _EMIRATES, None),
        AddressFormat("SA", pattern=r"[0-9]{5}(-[0-9]{4})?", example="11564"),
        AddressFormat("CN", "province", _CHINESE_PROVINCES, pattern=r"[0-9]{6}", example="200040"),
    )
}
# What a shopper meets first, by the language of the page.
DEFAULT_COUNTRY = {"en": "GB", "ar": "AE", "zh": "CN"}
