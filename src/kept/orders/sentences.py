"""What happens to prices, in words."""

from django.utils.translation import gettext_lazy as _

from kept.timeline.sentences import declare

declare("product.priced", _("A square metre costs {price} in {unit} from {valid_from}"),
        icon="tag")  # fmt: skip
declare("prices.imported", _("{count} prices brought in from {source}"), icon="database")
