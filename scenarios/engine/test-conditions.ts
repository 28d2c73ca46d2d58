/** Text of conditions and entities for engine tests. */

/** One entity condition about `who`, with `inside` its element. */
export const byEntity = (who: string, inside: string, edge = "none", rule = "any"): string =>
  `<Condition name="c" delay="0" conditionEdge="${edge}"><ByEntityCondition><TriggeringEntities triggeringEntitiesRule="${rule}">${who.split(" ").map((w) => `<EntityRef entityRef="${w}"/>`).join("")}</TriggeringEntities><EntityCondition>${inside}</EntityCondition></ByEntityCondition></Condition>`;
export const byValue = (inside: string, edge = "none", delay = 0): string => `<Condition name="c" delay="${delay}" conditionEdge="${edge}"><ByValueCondition>${inside}</ByValueCondition></Condition>`;

/** Init of one entity at a world place with a speed. */
export const at = (name: string, x: number, y: number, h: number, v: number): string =>
  `<Private entityRef="${name}"><PrivateAction><TeleportAction><Position><WorldPosition x="${x}" y="${y}" h="${h}"/></Position></TeleportAction></PrivateAction><PrivateAction><LongitudinalAction><SpeedAction><SpeedActionDynamics dynamicsShape="step" dynamicsDimension="time" value="0"/><SpeedActionTarget><AbsoluteTargetSpeed value="${v}"/></SpeedActionTarget></SpeedAction></LongitudinalAction></PrivateAction></Private>`;

export const routing = (inside: string): string => `<PrivateAction><RoutingAction>${inside}</RoutingAction></PrivateAction>`;
export const lateral = (inside: string): string => `<PrivateAction><LateralAction>${inside}</LateralAction></PrivateAction>`;
export const longitudinal = (inside: string): string => `<PrivateAction><LongitudinalAction>${inside}</LongitudinalAction></PrivateAction>`;
export const teleportTo = (position: string): string => `<PrivateAction><TeleportAction><Position>${position}</Position></TeleportAction></PrivateAction>`;
