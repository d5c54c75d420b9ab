"""The tickets that a new helpdesk starts with: checkout troubles as shoppers write them. Data only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Seed:
    """One ticket: who wrote, in which language, how many minutes ago, and the conversation as `(author, text)`."""

    id: str
    subject: str
    requester: str
    email: str
    language: str
    status: str
    minutes_ago: int
    messages: tuple[tuple[str, str], ...]


AGENTS = ("Sam Rivera", "Noor Haddad")

SEEDS = (
    Seed(
        "T-1048",
        "Card is refused, but it is my normal card",
        "Emma Clarke",
        "emma.clarke@example.com",
        "en",
        "open",
        4,
        (
            (
                "Emma Clarke",
                "Hello, I am on your payment page and it says my card number is not valid."
                " I have typed it three times now. It is the card I use everywhere. Can somebody look at it with me?",
            ),
            ("Noor Haddad", "Hi Emma, of course. Please stay on the page, somebody will be with you in a minute."),
            ("Emma Clarke", "Thank you! I have two pots and the olive tree in my basket and would hate to lose them."),
        ),
    ),
    Seed(
        "T-1047",
        "لا أستطيع إكمال عنوان التوصيل",
        "ليلى منصور",
        "layla.mansour@example.com",
        "ar",
        "open",
        11,
        (
            (
                "ليلى منصور",
                "مرحبًا، أحاول إدخال عنواني في دبي لكن الصفحة تطلب مني إعادة النظر في الحقول ولا أعرف أي حقل تقصد."
                " هل يمكن لأحد أن يساعدني خطوة بخطوة؟",
            ),
        ),
    ),
    Seed(
        "T-1046",
        "优惠码无法使用",
        "陈伟",
        "chen.wei@example.com",
        "zh",
        "open",
        26,
        (
            ("陈伟", "你好，我收到的优惠码输入后一直显示不存在或已过期，可是卡片上写着这个月底才到期。"),
            ("Sam Rivera", "您好，感谢来信。请您停留在购物篮页面，我们马上和您一起看。"),
        ),
    ),
    Seed(
        "T-1044",
        "Postleitzahl wird nicht angenommen",
        "Jonas Weber",
        "jonas.weber@example.com",
        "de",
        "open",
        52,
        (
            (
                "Jonas Weber",
                "Guten Tag, beim Bestellen wird meine Postleitzahl nicht angenommen. Das Land lässt sich zwar ändern,"
                " aber danach fehlt das Feld. Was mache ich falsch?",
            ),
        ),
    ),
    Seed(
        "T-1041",
        "Je ne vois aucun point de retrait",
        "Camille Laurent",
        "camille.laurent@example.com",
        "fr",
        "pending",
        190,
        (
            (
                "Camille Laurent",
                "Bonjour, je voudrais retirer ma commande près de chez moi, "
                " mais la liste des points de retrait reste vide.",
            ),
            ("Noor Haddad", "Bonjour Camille, pouvez-vous nous dire quel navigateur vous utilisez ?"),
        ),
    ),
    Seed(
        "T-1036",
        "My bank sends me back to the shop",
        "Priya Nair",
        "priya.nair@example.com",
        "en",
        "solved",
        1510,
        (
            ("Priya Nair", "After I confirm at my bank I land on the payment page again. Have I paid twice now?"),
            ("Sam Rivera", "No, nothing was charged: the confirmation had timed out. Please try once more."),
            ("Priya Nair", "Worked this time, thank you."),
        ),
    ),
)
