/**
 * The rules a file is checked against: ASAM's published rules for OpenSCENARIO XML by their ids, and one of ours. Data
 * only; a diagnostic names its rule by `name`.
 */
export interface CheckRule {
  /** As diagnostics carry it. */
  readonly name: string;
  /** As ASAM's checker bundle for OpenSCENARIO XML publishes it. */
  readonly uid: string;
  /** First version of the standard it is defined for. */
  readonly since: string;
  readonly text: string;
  /** Nothing else can be said of a file that breaks it. */
  readonly basic: boolean;
}

const asam = (since: string, group: string, name: string, text: string, basic = false): CheckRule => ({ name, uid: `asam.net:xosc:${since}.0:${group}.${name}`, since, text, basic });

export const checkRules: readonly CheckRule[] = [
  asam("1.0", "xml", "valid_xml_document", "the file is well-formed XML", true),
  asam("1.0", "xml", "root_tag_is_openscenario", "the root element is OpenSCENARIO", true),
  asam("1.0", "xml", "fileheader_is_present", "the root element holds a FileHeader", true),
  asam("1.0", "xml", "version_is_defined", "the FileHeader states revMajor and revMinor as unsignedShort", true),
  asam("1.0", "xml", "valid_schema", "the file follows the schema of a known version"),
  asam("1.2", "reference_control", "uniquely_resolvable_entity_references", "names within a catalog are unique"),
  asam("1.2", "reference_control", "resolvable_signal_id_in_traffic_signal_state_action", "signals set by actions exist in the road network"),
  asam("1.2", "reference_control", "resolvable_traffic_signal_controller_by_traffic_signal_controller_ref", "signal controllers referred to are declared in RoadNetwork"),
  asam("1.2", "reference_control", "valid_actor_reference_in_private_actions", "a maneuver group with private actions has actors"),
  asam("1.2", "reference_control", "resolvable_entity_references", "entities referred to are declared"),
  asam("1.2", "reference_control", "resolvable_variable_reference", "variables referred to are declared"),
  asam("1.2", "reference_control", "resolvable_storyboard_element_reference", "storyboard elements referred to exist, once, with their type"),
  asam("1.2", "reference_control", "unique_element_names_on_same_level", "elements inside one element have different names"),
  asam("1.2", "parameters", "valid_parameter_declaration_in_catalogs", "catalog entries declare the parameters they use, with a default"),
  asam("1.2", "data_type", "allowed_operators", "expressions use the standard's operators only"),
  asam("1.2", "data_type", "non_negative_transition_time_in_light_state_action", "transitionTime of a LightStateAction is >= 0"),
  asam("1.2", "data_type", "positive_duration_in_phase", "duration of a Phase is >= 0"),
  { name: "non_existing_road_network_file", uid: "atlasmesh:xosc:1.0.0:reference_control.resolvable_road_network_file", since: "1.0", text: "the road network file exists", basic: false },
];

export const ruleByName: ReadonlyMap<string, CheckRule> = new Map(checkRules.map((rule) => [rule.name, rule]));
