# Who may do which operation: role by role, from the table in data.json, and only within one's own organisation.
package atlasmesh.access

denials contains {"code": "other-tenant", "text": "it belongs to another organisation"} if input.subject.tenant != input.resource.tenant

denials contains {"code": "no-tenant", "text": "the question names no organisation"} if not input.resource.tenant

denials contains {"code": "no-subject", "text": "the question names nobody"} if not input.subject.tenant

denials contains {"code": "role", "text": sprintf("%s may not %s", [role_name, input.operation])} if not permitted

denials contains {"code": "suspended", "text": "the organisation is suspended"} if {
	input.tenant.active == false
	not input.operation in data.policy.operations_while_suspended
}

default role_name := "nobody"

role_name := input.subject.role

permitted if {
	some pattern in data.policy.roles[input.subject.role]
	matches(pattern, input.operation)
}

matches(pattern, operation) if pattern == operation

matches(pattern, operation) if {
	endswith(pattern, "*")
	startswith(operation, trim_suffix(pattern, "*"))
}
