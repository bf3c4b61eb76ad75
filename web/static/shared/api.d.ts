// Made by tools/make_api_types.py from the servers' own models; do not edit.

export interface Accepted {
  id: string;
  words: string;
}

export interface ActiveShown {
  id: string;
  words: string;
  on: boolean;
}

export type Breakdown = "entry.jammed" | "entry.obstructed" | "entry.forced" | "entry.position_lost" | "exit.jammed" | "exit.obstructed" | "exit.forced" | "exit.position_lost" | "barriers.stuck_on" | "barriers.stuck_off" | "counter.blind" | "counter.frozen" | "counter.one_more" | "counter.one_less" | "controller.restarted" | "controller.unplugged" | "controller.silent" | "controller.slow" | "controller.old_answers" | "controller.other_id" | "controller.flips" | "controller.drops" | "controller.doubles" | "controller.bursts" | "controller.echo" | "controller.babble" | "reader.unplugged" | "reader.silent" | "reader.flips" | "reader.drops" | "reader.doubles" | "reader.phantom" | "reader.antenna" | "camera.stalled" | "camera.frozen" | "camera.black" | "camera.previous_person" | "camera.late" | "camera.gone" | "camera.truncated" | "camera.garbage" | "display.dark" | "officer.away" | "officer.silent" | "register.silent" | "register.slow" | "register.wrong_answers" | "register.fails" | "register.answer_lost" | "watchlist.silent" | "watchlist.late" | "watchlist.old" | "lost_list.silent" | "ledger.silent" | "network.lost" | "mains.lost" | "fire" | "emergency_button" | "cabinet.opened" | "lights.out" | "disk.full" | "process.killed" | "clock.hour_ahead" | "clock.hour_back" | "clock.years_back";

export type Button = "help" | "more_time" | "officer";

export interface Card {
  id: string;
  title: string;
  group: "clear" | "document" | "register" | "face" | "behaviour";
  traveller: Record<string, unknown>;
}

export interface CarriedShown {
  what: string;
  ahead_mm: number;
  beside_mm: number;
}

export type ChipVerdict = "not_supported" | "antenna_failed" | "silent" | "not_checked" | "genuine" | "refuted";

export interface DoorsShown {
  entry: string;
  exit: string;
  fault: string;
  emergency: boolean;
  permit_ms: number;
  mains: boolean;
  passages_in: number;
  passages_back: number;
  tailgates: number;
}

export interface EndedShown {
  transaction: string;
  outcome: string;
  reason: string;
  total_ms: number;
  steps_ms: Record<string, number>;
}

export interface Event {
  when?: "start" | "page_laid" | "entry_open" | "entering" | "inside" | "examined" | "decided" | "exit_opening" | "exit_open" | "exit_closing" | "passing" | "sealed" | "nobody_inside" | null;
  shown?: Prompt | null;
  at_s?: number | null;
  after_s?: number;
  crossing?: number;
  lasts_s?: number;
  world?: Inputs | null;
  breaks?: (Breakdown)[];
  press?: Button | null;
  appears?: "impostor" | null;
  through_exit?: boolean;
  swap_face?: string;
  uncovers?: boolean;
  left?: "bag" | "trolley" | null;
  alert?: boolean;
  reset_fault?: boolean;
}

export interface Fault {
  device: "reader" | "camera" | "doors" | "display" | "panel" | "officer" | "register";
  operation: string;
  how: How;
  nth?: number;
  late_s?: number;
}

export interface FixedShown {
  name: string;
  seed: number;
  wired: boolean;
  network: boolean;
  wires: Record<string, string>;
  barriers_mm: (number)[];
}

export interface FloorShown {
  entry_permille: number;
  exit_permille: number;
  persons: (PersonShown)[];
  things: (ThingShown)[];
  seen: ([number, number, string])[];
  page: boolean;
  barriers: number;
  count: number | null;
  confidence: number;
  entry_clear: boolean;
  exit_clear: boolean;
  fire: boolean;
  illumination: number;
}

export interface Hand {
  passport: "lay" | "take";
}

export interface Hello {
  build: string;
  beat_s: number;
  resumed: boolean;
}

export type How = "unavailable" | "timeout" | "garbled" | "refused" | "hang" | "late" | "answer_lost" | "foreign" | "old";

export interface Inputs {
  fire?: boolean | null;
  emergency_button?: boolean | null;
  key_switch?: boolean | null;
  mains?: boolean | null;
  sensor_healthy?: boolean | null;
  sensor_offset?: number | null;
  barriers_stuck?: number | null;
  illumination?: number | null;
}

export type LaneCommand = "open" | "close_after_current" | "close_now" | "release" | "release_onward" | "enter_maintenance" | "leave_maintenance";

export interface LaneShown {
  state: string;
  why_closed: string;
  modes: (string)[];
  transaction: string;
  step: string;
  steps_ms: Record<string, number>;
  outcome: string;
  reason: string;
}

export interface LanguageMessage {
  language: string;
}

export interface LimitMessage {
  limit_s: number;
  left_s: number;
  may_ask: boolean;
}

export interface LineShown {
  at_s: number;
  who: string;
  what: string;
  facts: string;
}

export type Luggage = "cabin_case" | "suitcase" | "backpack" | "handbag" | "duffel" | "trolley" | "loaded_trolley" | "wheelchair" | "hat";

export interface Message {
  v: number;
  seq: number;
  ts: string;
  boot: string;
  type: string;
  lane: string;
  transaction_id: string;
  data: unknown;
}

export interface NetworkCut {
  cut: boolean;
}

export interface NowShown {
  at_s: number;
  time: string;
  speed: number;
  paused: boolean;
  prompt: string;
  lamp: string;
  floor: FloorShown;
  doors: DoorsShown;
  lane: LaneShown;
  officer: boolean;
  network_cut: boolean;
  waiting: (string)[];
  traffic: TrafficShown;
  active: (ActiveShown)[];
  recording: RecordingShown;
}

export interface Officer {
  when?: "start" | "page_laid" | "entry_open" | "entering" | "inside" | "examined" | "decided" | "exit_opening" | "exit_open" | "exit_closing" | "passing" | "sealed" | "nobody_inside" | null;
  shown?: Prompt | null;
  at_s?: number | null;
  after_s?: number;
  crossing?: number;
  on?: string;
  does?: OfficerAction | null;
  signs?: "in" | "out" | null;
  commands?: LaneCommand | null;
  role?: StaffRole;
  takes_s?: number;
  persons?: number;
  renews?: number;
}

export type OfficerAction = "pass" | "send_back" | "retry" | "hold" | "refer";

export interface Pacing {
  speed?: number | null;
  paused?: boolean | null;
  step_s?: number | null;
}

export interface PaintedMessage {
  painted: number;
}

export interface Passport {
  of?: string;
  page?: "good" | "cover" | "blurred" | "upside_down" | "wrong_check_digit" | "id_card" | "device_says_other";
  expired?: boolean;
  age?: number | null;
  pictured?: "holder" | "impostor";
  chip?: ChipVerdict;
  reported?: "lost" | "stolen" | null;
  used?: "in_use" | "passed" | "referred" | null;
}

export interface PersonShown {
  name: string;
  x_mm: number;
  y_mm: number;
  carries: (CarriedShown)[];
  height_mm: number;
  by_hand: boolean;
  friend: boolean;
  covered: boolean;
  lies: boolean;
  artefact: string;
}

export interface Place {
  x_mm: number;
  y_mm?: number | null;
}

export interface Preset {
  id: string;
  title: string;
  words: string;
  group: string;
  event?: Record<string, unknown> | null;
  fault?: Record<string, unknown> | null;
  once?: boolean;
}

export interface PressedMessage {
  button: "help" | "officer" | "more_time";
}

export type Prompt = "welcome" | "reading" | "place_again" | "not_a_passport" | "one_moment" | "take_document" | "walk_in" | "doors_closing" | "one_person_only" | "step_back" | "look_here" | "come_closer" | "step_away" | "move_left" | "move_right" | "face_the_camera" | "uncover_face" | "hold_still" | "more_light" | "open_eyes" | "face_done" | "go_ahead" | "wait_behind_line" | "take_belongings" | "see_officer" | "other_lane" | "start_again" | "officer_is_coming" | "needs_a_pause" | "leave_now" | "closed";

export interface PromptMessage {
  text: string;
  picture: string;
  step: number;
  also: string;
  hint: string;
  self_view: boolean;
  then: (ThenMessage)[];
  every_s: number;
  rev: number;
  prompt: string;
  limit: LimitMessage;
  language: string;
  idle: boolean;
}

export interface Put {
  kind: "bag" | "trolley";
  x_mm: number;
}

export interface RecordingShown {
  travellers: number;
  events: number;
  crossings: number;
}

export interface Rehearsal {
  do: "begin" | "replay";
}

export interface SimulatorSnapshot {
  name: string;
  seed: number;
  wired: boolean;
  network: boolean;
  wires: Record<string, string>;
  barriers_mm: (number)[];
  deck: (Card)[];
  presets: (Preset)[];
  now: NowShown;
  lines: (LineShown)[];
  ended: (EndedShown)[];
}

export type Species = "bona_fide" | "print" | "screen" | "replay" | "cut_out" | "mask";

export type StaffRole = "viewer" | "assistant" | "lane_officer" | "shift_supervisor" | "investigator" | "engineer" | "administrator" | "auditor";

export interface ThenMessage {
  after_s: number;
  text: string;
  also: string;
  picture: string;
}

export interface ThingShown {
  name: string;
  x_mm: number;
  y_mm: number;
}

export interface Traffic {
  per_hour: number;
  unusual_percent?: number;
}

export interface TrafficShown {
  per_hour: number;
  unusual_percent: number;
}

export interface Traveller {
  name?: string;
  cast?: number | null;
  face?: "own" | "impostor" | string;
  behaviour?: "walks_through" | "walks_away" | "brings_friend" | "leaves_bag" | "stays" | "hesitates" | "forgets_passport" | "pulls_early" | "lets_no_page_lie" | "will_not_go_back" | "lies_down" | "goes_by_itself";
  luggage?: (Luggage)[];
  companion?: "nobody" | "adult" | "child_at_hand" | "child_on_arm" | "child_crawling" | "wheelchair_user";
  height_mm?: number | null;
  pace?: number;
  covered?: boolean;
  shows?: Species | null;
  arrives_after_s?: number;
  waits_for_welcome?: boolean;
  passport?: Passport;
  visa?: "valid" | "none" | "expired" | "not_yet_valid" | "used_up" | "suspended" | "cancelled" | "other_document" | "near_match" | "several" | "not_synchronised" | "name_differs" | "without_portrait";
  alert?: "none" | "document" | "person" | "hold";
}

export interface TravellerSnapshot {
  text: string;
  picture: string;
  step: number;
  also: string;
  hint: string;
  self_view: boolean;
  then: (ThenMessage)[];
  every_s: number;
  rev: number;
  prompt: string;
  limit: LimitMessage;
  language: string;
  idle: boolean;
  lane: string;
  languages: (string)[];
}
