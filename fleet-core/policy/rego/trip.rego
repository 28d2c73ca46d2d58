# Whether a trip may be made, given to a vehicle, or go on: fleet, sector overlay and tenant each may forbid and limit; the
# strictest holds.
package atlasmesh.trip

overlay := object.get(data.policy.sectors, object.get(input.tenant, "sector", ""), {})

tenant_limits := object.get(input.tenant, "constraints", {})

denials contains {"code": "sector-unknown", "text": sprintf("there are no rules for sector %s", [object.get(input.tenant, "sector", "")])} if {
	not data.policy.sectors[object.get(input.tenant, "sector", "")]
}

denials contains {"code": "tenant-suspended", "text": "the organisation is suspended"} if input.tenant.active == false

denials contains {"code": "fleet-stopped", "text": sprintf("fleet %s is %s", [input.fleet.id, input.fleet.status])} if input.fleet.status != "active"

denials contains {"code": "class", "text": sprintf("a %s may not be used in sector %s", [input.trip.vehicle_class, input.tenant.sector])} if {
	classes := overlay.vehicle_classes
	not input.trip.vehicle_class in classes
}

denials contains {"code": "class-barred", "text": sprintf("the organisation bars %s", [input.trip.vehicle_class])} if {
	input.trip.vehicle_class in object.get(tenant_limits, "barred_classes", [])
}

denials contains {"code": "night", "text": sprintf("no driving at night (%s)", [who])} if {
	input.conditions.night == true
	some who in night_forbidden
}

night_forbidden contains "fleet" if input.fleet.limits.night == false

night_forbidden contains "sector" if overlay.night == false

night_forbidden contains "organisation" if tenant_limits.night == false

denials contains {"code": "energy", "text": sprintf("%v %% energy, at least %v %% is needed", [floor(input.vehicle.energy_ratio * 100), ceil(energy_min * 100)])} if {
	input.kind in {"trip.assign", "trip.resume"}
	input.vehicle.energy_ratio < energy_min
}

# What nobody told is not good enough.
denials contains {"code": "energy-unknown", "text": "the vehicle has not told its energy"} if {
	input.kind in {"trip.assign", "trip.resume"}
	energy_min > 0
	not input.vehicle.energy_ratio
}

energy_min := max({object.get(object.get(object.get(input, "fleet", {}), "limits", {}), "energyRatioMin", 0), object.get(overlay, "energy_ratio_min", 0), object.get(tenant_limits, "energy_ratio_min", 0)})

denials contains {"code": "health", "text": sprintf("health %v, at least %v is needed", [input.vehicle.health, overlay.health_min])} if {
	input.kind in {"trip.assign", "trip.resume", "trip.monitor"}
	input.vehicle.health < overlay.health_min
}

denials contains {"code": "weather", "text": sprintf("visibility %v m, at least %v m is needed", [input.conditions.visibility_m, overlay.visibility_m_min])} if {
	input.conditions.visibility_m < overlay.visibility_m_min
}

denials contains {"code": "priority-reserved", "text": "priority 9 is for emergencies ordered by an engineer or admin"} if {
	input.kind == "trip.create"
	input.trip.priority == 9
	not input.subject.role in {"engineer", "admin"}
}

speeds contains input.fleet.limits.speedMpsMax

speeds contains overlay.speed_mps_max

speeds contains tenant_limits.speed_mps_max

speed_limit["speed_mps_max"] := min(speeds) if count(speeds) > 0

supervised["supervised"] if overlay.supervised == true

constraints := object.union(speed_limit, supervised)
