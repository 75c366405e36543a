"""What happens to reports, in words."""

from django.utils.translation import gettext_lazy as _

from kept.timeline.sentences import declare

declare("report.prepared", _("Report prepared for {period}"), icon="file-text")
declare("report.answered", _("Answers of the report written"), icon="pencil")
declare("report.submitted", _("Report sent"), icon="send")
declare("report.submitted_late", _("Report sent late: it was due {due_at}"), icon="clock-alert")
declare("report.reason", _("Why it is corrected: {reason}"), icon="file-pen")
declare("report.corrected", _("Corrected by {correction}"), icon="file-pen")
