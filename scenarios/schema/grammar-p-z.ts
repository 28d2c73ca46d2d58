/**
 * OpenSCENARIO XML 1.0 to 1.3.1 as data, types P to Z. One line per type: `Type@since [attribute:Type!@since ...] = content`.
 * Content: `a, b` in this order, `a & b` in any order, `a | b` one of; `?` none or one, `*` any number, `+` at least one,
 * `{2+}` at least two; `Name:Type` when the element is not named like its type. `!` marks what every version requires,
 * `!1.0-1.1` what only those versions do. `@1.2` names the first version, 1.0 when absent. Data only: what our
 * player does with a type stands in `support.ts`.
 */
export const grammarPToZ = `
ParameterAction [parameterRef:String!] = SetAction:ParameterSetAction | ModifyAction:ParameterModifyAction
ParameterAddValueRule [value:Double!]
ParameterAssignment [parameterRef:String! value:String!]
ParameterAssignments [] = ParameterAssignment*
ParameterCondition [parameterRef:String! rule:Rule! value:String!]
ParameterDeclaration [name:String! parameterType:ParameterType! value:String!] = ConstraintGroup:ValueConstraintGroup*
ParameterDeclarations [] = ParameterDeclaration*
ParameterModifyAction [] = Rule:ModifyRule
ParameterMultiplyByValueRule [value:Double!]
ParameterSetAction [value:String!]
ParameterValueDistribution@1.1 [] = ScenarioFile:File, (Deterministic | Stochastic)
ParameterValueSet@1.1 [] = ParameterAssignment+
Pedestrian [mass:Double! model:String!1.0-1.0 name:String! pedestrianCategory:PedestrianCategory! model3d:String@1.1 role:Role@1.2] = ParameterDeclarations? & BoundingBox & Properties?
PedestrianAnimation@1.2 [motion:PedestrianMotionType userDefinedPedestrianAnimation:String] = PedestrianGesture*
PedestrianCatalogLocation [] = Directory
PedestrianGesture@1.2 [gesture:PedestrianGestureType!]
Performance [maxAcceleration:Double! maxAccelerationRate:Double@1.2 maxDeceleration:Double! maxDecelerationRate:Double@1.2 maxSpeed:Double!]
Phase [duration:Double! name:String!] = TrafficSignalState*, TrafficSignalGroupState?@1.3, TrafficeSignalGroupState:TrafficSignalGroupState?
PoissonDistribution@1.1 [expectedValue:Double!] = Range?
Polygon@1.3 [] = Position{3+}
Polyline [] = Vertex{2+}
Position [] = WorldPosition | RelativeWorldPosition | RelativeObjectPosition | RoadPosition | RelativeRoadPosition | LanePosition | RelativeLanePosition | RoutePosition | GeoPosition | TrajectoryPosition
PositionInLaneCoordinates [laneId:String! laneOffset:Double pathS:Double!]
PositionInRoadCoordinates [pathS:Double! t:Double!]
PositionOfCurrentEntity [entityRef:String!]
Precipitation [intensity:Double!1.0-1.0 precipitationType:PrecipitationType! precipitationIntensity:Double@1.1]
Private [entityRef:String!] = PrivateAction+
PrivateAction [] = LongitudinalAction | LateralAction | VisibilityAction | SynchronizeAction | ActivateControllerAction | ControllerAction | TeleportAction | RoutingAction | AppearanceAction | TrailerAction
ProbabilityDistributionSet@1.1 [] = Element:ProbabilityDistributionSetElement+
ProbabilityDistributionSetElement@1.1 [value:String! weight:Double!]
Properties [] = Property*, File*, CustomContent*
Property [name:String! value:String!]
RandomRouteAction@1.3 []
Range@1.1 [lowerLimit:Double! upperLimit:Double!]
ReachPositionCondition [tolerance:Double!] = Position
RelativeAngleCondition@1.3 [entityRef:String! angleType:AngleType! angle:Double! angleTolerance:Double! coordinateSystem:CoordinateSystem]
RelativeClearanceCondition@1.2 [oppositeLanes:Boolean! distanceForward:Double distanceBackward:Double freeSpace:Boolean!] = RelativeLaneRange*, EntityRef*
RelativeDistanceCondition [entityRef:String! freespace:Boolean! relativeDistanceType:RelativeDistanceType! rule:Rule! value:Double! coordinateSystem:CoordinateSystem@1.1 routingAlgorithm:RoutingAlgorithm@1.2]
RelativeLanePosition [entityRef:String! dLane:Int! ds:Double!1.0-1.0 offset:Double dsLane:Double@1.1] = Orientation?
RelativeLaneRange@1.2 [from:Int to:Int]
RelativeObjectPosition [entityRef:String! dx:Double! dy:Double! dz:Double] = Orientation?
RelativeRoadPosition [entityRef:String! ds:Double! dt:Double!] = Orientation?
RelativeSpeedCondition [entityRef:String! rule:Rule! value:Double! direction:DirectionalDimension@1.2]
RelativeSpeedToMaster [speedTargetValueType:SpeedTargetValueType! value:Double!] = (TargetDistanceSteadyState | TargetTimeSteadyState)?
RelativeTargetLane [entityRef:String! value:Int!]
RelativeTargetLaneOffset [entityRef:String! value:Double!]
RelativeTargetSpeed [entityRef:String! continuous:Boolean! speedTargetValueType:SpeedTargetValueType! value:Double!]
RelativeWorldPosition [entityRef:String! dx:Double! dy:Double! dz:Double] = Orientation?
RoadCondition [frictionScaleFactor:Double! wetness:Wetness@1.2] = Properties?
RoadCursor@1.3 [roadId:String! s:Double] = Lane*
RoadNetwork [] = LogicFile:File?, SceneGraphFile:File?, TrafficSignals?, UsedArea?
RoadPosition [roadId:String! s:Double! t:Double!] = Orientation?
RoadRange@1.3 [length:Double] = RoadCursor{2+}
Route [closed:Boolean! name:String!] = ParameterDeclarations?, Waypoint{2+}
RouteCatalogLocation [] = Directory
RoutePosition [] = RouteRef & Orientation? & InRoutePosition
RouteRef [] = Route | CatalogReference
RoutingAction [] = AssignRouteAction | FollowTrajectoryAction | AcquirePositionAction | RandomRouteAction
ScenarioObject [name:String!] = (CatalogReference | Vehicle | Pedestrian | MiscObject | ExternalObjectReference), ObjectController*
ScenarioObjectTemplate@1.3 [] = (CatalogReference | Vehicle | Pedestrian | MiscObject | ExternalObjectReference), ObjectController*
SelectedEntities [] = EntityRef+ | ByType+
SensorReference@1.2 [name:String!]
SensorReferenceSet@1.2 [] = SensorReference+
SetMonitorAction@1.3 [monitorRef:String! value:Boolean!]
Shape [] = Polyline | Clothoid | ClothoidSpline | Nurbs
SimulationTimeCondition [rule:Rule! value:Double!]
SpeedAction [] = SpeedActionDynamics:TransitionDynamics & SpeedActionTarget
SpeedActionTarget [] = RelativeTargetSpeed | AbsoluteTargetSpeed
SpeedCondition [rule:Rule! value:Double! direction:DirectionalDimension@1.2]
SpeedProfileAction@1.2 [entityRef:String followingMode:FollowingMode!] = DynamicConstraints?, SpeedProfileEntry+
SpeedProfileEntry@1.2 [speed:Double! time:Double]
StandStillCondition [duration:Double!]
Stochastic@1.1 [numberOfTestRuns:UnsignedInt! randomSeed:Double] = StochasticDistribution+
StochasticDistribution@1.1 [parameterName:String!] = ProbabilityDistributionSet | NormalDistribution | LogNormalDistribution | UniformDistribution | PoissonDistribution | Histogram | UserDefinedDistribution
Story [name:String!] = ParameterDeclarations?, Act+
Storyboard [] = Init, Story*, StopTrigger:Trigger?
StoryboardElementStateCondition [storyboardElementRef:String! state:StoryboardElementState! storyboardElementType:StoryboardElementType!]
Sun [azimuth:Double! elevation:Double! intensity:Double!1.0-1.1 illuminance:Double@1.2]
SynchronizeAction [masterEntityRef:String! targetToleranceMaster:Double@1.1 targetTolerance:Double@1.1] = TargetPositionMaster:Position & TargetPosition:Position & FinalSpeed?
TargetDistanceSteadyState@1.1 [distance:Double!]
TargetTimeSteadyState@1.1 [time:Double!]
TeleportAction [] = Position
TimeHeadwayCondition [entityRef:String! alongRoute:Boolean!1.0-1.0 freespace:Boolean! rule:Rule! value:Double! coordinateSystem:CoordinateSystem@1.1 relativeDistanceType:RelativeDistanceType@1.1 routingAlgorithm:RoutingAlgorithm@1.2]
TimeOfDay [animation:Boolean! dateTime:DateTime!]
TimeOfDayCondition [dateTime:DateTime! rule:Rule!]
TimeReference [] = None | Timing
TimeToCollisionCondition [alongRoute:Boolean!1.0-1.0 freespace:Boolean! rule:Rule! value:Double! relativeDistanceType:RelativeDistanceType@1.1 coordinateSystem:CoordinateSystem@1.1 routingAlgorithm:RoutingAlgorithm@1.2] = TimeToCollisionConditionTarget
TimeToCollisionConditionTarget [] = Position | EntityRef
Timing [domainAbsoluteRelative:ReferenceContext! offset:Double! scale:Double!]
TrafficAction [trafficName:String@1.1] = TrafficSourceAction | TrafficSinkAction | TrafficSwarmAction | TrafficAreaAction | TrafficStopAction
TrafficArea@1.3 [] = Polygon | RoadRange+
TrafficAreaAction@1.3 [numberOfEntities:UnsignedInt! continuous:Boolean!] = TrafficDistribution & TrafficArea
TrafficDefinition [name:String!] = VehicleCategoryDistribution & VehicleRoleDistribution? & ControllerDistribution
TrafficDistribution@1.3 [] = TrafficDistributionEntry+
TrafficDistributionEntry@1.3 [weight:Double!] = EntityDistribution, Properties?
TrafficSignalAction [] = TrafficSignalControllerAction | TrafficSignalStateAction
TrafficSignalCondition [name:String! state:String!]
TrafficSignalController [delay:Double name:String! reference:String] = Phase*
TrafficSignalControllerAction [trafficSignalControllerRef:String! phase:String!]
TrafficSignalControllerCondition [trafficSignalControllerRef:String! phase:String!]
TrafficSignalGroupState@1.2 [state:String!]
TrafficSignalState [state:String! trafficSignalId:String!]
TrafficSignalStateAction [name:String! state:String!]
TrafficSignals [] = TrafficSignalController*
TrafficSinkAction [radius:Double! rate:Double] = Position & TrafficDefinition?
TrafficSourceAction [radius:Double! rate:Double! velocity:Double speed:Double@1.2] = Position & TrafficDefinition? & TrafficDistribution?
TrafficStopAction@1.1 []
TrafficSwarmAction [innerRadius:Double! numberOfVehicles:UnsignedInt! offset:Double! semiMajorAxis:Double! semiMinorAxis:Double! velocity:Double] = CentralObject:CentralSwarmObject & TrafficDefinition? & TrafficDistribution? & InitialSpeedRange:Range?@1.2 & DirectionOfTravelDistribution?
Trailer@1.3 [] = Trailer:ScenarioObject | TrailerRef:EntityRef
TrailerAction@1.3 [] = ConnectTrailerAction | DisconnectTrailerAction
TrailerCoupler@1.3 [dx:Double! dz:Double]
TrailerHitch@1.3 [dx:Double! dz:Double]
Trajectory [closed:Boolean! name:String!] = ParameterDeclarations?, Shape
TrajectoryCatalogLocation [] = Directory
TrajectoryFollowingMode [followingMode:FollowingMode!]
TrajectoryPosition@1.1 [s:Double! t:Double] = Orientation? & TrajectoryRef
TrajectoryRef@1.1 [] = Trajectory | CatalogReference
TransitionDynamics [dynamicsDimension:DynamicsDimension! dynamicsShape:DynamicsShape! followingMode:FollowingMode@1.2 value:Double!]
TraveledDistanceCondition [value:Double!]
Trigger [] = ConditionGroup*
TriggeringEntities [triggeringEntitiesRule:TriggeringEntitiesRule!] = EntityRef+
UniformDistribution@1.1 [] = Range
UsedArea@1.1 [] = Position{2+}
UserDefinedAction [] = CustomCommandAction
UserDefinedAnimation@1.2 [userDefinedAnimationType:String!]
UserDefinedComponent@1.2 [userDefinedComponentType:String!]
UserDefinedDistribution@1.1 [type:String!] = #text
UserDefinedLight@1.2 [userDefinedLightType:String!]
UserDefinedValueCondition [name:String! rule:Rule! value:String!]
ValueConstraint@1.1 [rule:Rule! value:String!]
ValueConstraintGroup@1.1 [] = ValueConstraint+
ValueSetDistribution@1.1 [] = ParameterValueSet+
VariableAction@1.2 [variableRef:String!] = SetAction:VariableSetAction | ModifyAction:VariableModifyAction
VariableAddValueRule@1.2 [value:Double!]
VariableCondition@1.2 [variableRef:String! rule:Rule! value:String!]
VariableDeclaration@1.2 [name:String! variableType:ParameterType! value:String!]
VariableDeclarations@1.2 [] = VariableDeclaration*
VariableModifyAction@1.2 [] = Rule:VariableModifyRule
VariableModifyRule@1.2 [] = AddValue:VariableAddValueRule | MultiplyByValue:VariableMultiplyByValueRule
VariableMultiplyByValueRule@1.2 [value:Double!]
VariableSetAction@1.2 [value:String!]
Vehicle [name:String! vehicleCategory:VehicleCategory! role:Role@1.2 mass:Double@1.1 model3d:String@1.1] = ParameterDeclarations? & BoundingBox & Performance & Axles & Properties? & TrailerHitch? & TrailerCoupler? & Trailer?
VehicleCatalogLocation [] = Directory
VehicleCategoryDistribution [] = VehicleCategoryDistributionEntry+
VehicleCategoryDistributionEntry [category:VehicleCategory! weight:Double!]
VehicleComponent@1.2 [vehicleComponentType:VehicleComponentType!]
VehicleLight@1.2 [vehicleLightType:VehicleLightType!]
VehicleRoleDistribution@1.2 [] = VehicleRoleDistributionEntry+
VehicleRoleDistributionEntry@1.2 [role:Role! weight:Double!]
Vertex [time:Double!1.0-1.0] = Position
VisibilityAction [graphics:Boolean! sensors:Boolean! traffic:Boolean!] = SensorReferenceSet?
Waypoint [routeStrategy:RouteStrategy!] = Position
Weather [cloudState:CloudState!1.0-1.0 atmosphericPressure:Double@1.1 temperature:Double@1.1 fractionalCloudCover:FractionalCloudCover@1.2] = Sun? & Fog? & Precipitation? & Wind? & DomeImage?
Wind@1.1 [direction:Double! speed:Double!]
WorldPosition [h:Double p:Double r:Double x:Double! y:Double! z:Double]
`;
