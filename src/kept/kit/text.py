"""Text as it may stand in an action's signature: normalised, bounded, and free of broken bytes."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import InvalidInput

LINE_MAX = 200
TEXT_MAX = 20_000
# Control characters but tab and line end (category Cc), and surrogates (Cs).
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class TextRule:
    """How long a text may be and whether it may have several lines."""

    max: int = TEXT_MAX
    many_lines: bool = True

    def clean(self, value: Any, field: str | None = None) -> str:
        """The text in NFC with Unix line ends.

        Raises InvalidInput for NUL and other control characters, half characters (surrogates),
        a text that is too long, or several lines where one is wanted.
        """
        text = "" if value is None else str(value)
        if len(text) > self.max * 2:
            self._too_long(field)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = unicodedata.normalize("NFC", text).strip()
        if len(text) > self.max:
            self._too_long(field)
        if _UNSTORABLE.search(text):
            raise InvalidInput(
                _("The text holds a character that cannot be stored. Type it again."), field=field
            )
        if not self.many_lines and "\n" in text:
            raise InvalidInput(_("Write this on one line."), field=field)
        return text

    def _too_long(self, field: str | None) -> None:
        raise InvalidInput(
            _("The text is too long: at most {max} characters."), max=self.max, field=field
        )


Line = Annotated[str, TextRule(LINE_MAX, many_lines=False)]
"""One line of text in a signature; another length is ``Annotated[str, TextRule(60, False)]``."""

Text = Annotated[str, TextRule()]
"""Several lines of text in a signature."""
