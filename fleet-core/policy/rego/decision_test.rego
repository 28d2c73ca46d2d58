package atlasmesh.decision_test

import data.atlasmesh.decision

access(role, operation) := {"kind": "operation", "operation": operation, "now_ms": 1, "subject": {"tenant": "t", "role": role}, "resource": {"tenant": "t"}, "tenant": {"active": true}}

trip := {
	"kind": "trip.assign", "now_ms": 1000,
	"subject": {"tenant": "t", "role": "operator"},
	"tenant": {"sector": "mining", "active": true, "constraints": {}},
	"fleet": {"id": "f", "status": "active", "limits": {"speedMpsMax": 10}},
	"trip": {"vehicle_class": "mine-haul-truck", "priority": 1},
	"vehicle": {"energy_ratio": 0.8, "health": 90},
	"conditions": {"night": false},
}

patched(path, value) := object.union(trip, {path: object.union(trip[path], value)})

test_roles if {
	decision.result.allowed with input as access("operator", "pauseTrip")
	not decision.result.allowed with input as access("operator", "onboardVehicle")
	decision.result.allowed with input as access("regulator", "listTrips")
	not decision.result.allowed with input as access("regulator", "pauseTrip")
	decision.result.allowed with input as access("admin", "anything")
	not decision.result.allowed with input as access("nobody", "getTrip")
}

test_other_tenant if {
	asked := object.union(access("admin", "getTrip"), {"resource": {"tenant": "other"}})
	decision.result.reasons == ["other-tenant: it belongs to another organisation"] with input as asked
}

test_unknown_question_is_denied if {
	not decision.result.allowed with input as {"kind": "what"}
	not decision.result.allowed with input as {}
	not decision.result.allowed with input as {"kind": "operation"}
}

test_trip_allowed_with_the_strictest_limit if {
	answer := decision.result with input as trip
	answer.allowed
	answer.constraints == {"speed_mps_max": 10}
}

test_trip_denied_with_every_reason if {
	answer := decision.result with input as object.union(trip, {"vehicle": {"energy_ratio": 0.05, "health": 10}, "fleet": {"status": "suspended"}})
	not answer.allowed
	count(answer.reasons) == 3
}

test_energy_zero_and_unknown if {
	not decision.result.allowed with input as patched("vehicle", {"energy_ratio": 0})
	not decision.result.allowed with input as object.remove(trip, ["vehicle"])
}

test_override if {
	weak := patched("vehicle", {"energy_ratio": 0.05})
	answer := decision.result with input as object.union(weak, {"overrides": [{"code": "energy", "until_ms": 2000}]})
	answer.allowed
	answer.overridden == ["energy"]
	not decision.result.allowed with input as object.union(weak, {"overrides": [{"code": "energy", "until_ms": 1000}]})
	not decision.result.allowed with input as object.union(patched("fleet", {"status": "suspended"}), {"overrides": [{"code": "fleet-stopped", "until_ms": 2000}]})
}
