# What policy says to one question: allowed or not, every reason why not, and the limits that go with a yes.
# Must never answer yes to a question it does not understand.
package atlasmesh.decision

import data.atlasmesh.access
import data.atlasmesh.trip

# reasons are "code: sentence"; overridden are the codes an emergency override set aside.
result := {
	"allowed": allowed,
	"reasons": sort([sprintf("%s: %s", [denial.code, denial.text]) | some denial in standing]),
	"constraints": constraints,
	"overridden": sort([denial.code | some denial in denials; overridden(denial.code)]),
}

default allowed := false

allowed if {
	understood
	count(standing) == 0
}

understood if input.kind == "operation"

understood if input.kind in {"trip.create", "trip.assign", "trip.resume", "trip.monitor"}

denials contains denial if {
	input.kind == "operation"
	some denial in access.denials
}

denials contains denial if {
	startswith(input.kind, "trip.")
	some denial in trip.denials
}

denials contains {"code": "not-understood", "text": "there is no rule for this question"} if not understood

standing contains denial if {
	some denial in denials
	not overridden(denial.code)
}

# An emergency override sets aside named reasons, for a while. Access is never overridden.
overridden(code) if {
	startswith(input.kind, "trip.")
	some override in object.get(input, "overrides", [])
	override.code == code
	override.until_ms > input.now_ms
	not code in data.policy.never_overridden
}

default constraints := {}

constraints := trip.constraints if startswith(input.kind, "trip.")
