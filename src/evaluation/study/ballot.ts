import { Refused } from '../../core/local-request.js';
import type { Study } from './study-file.js';
import { trialsOf, type Trial } from './trials.js';
import { CHOICES, type Choice, type VotesFile } from './votes-file.js';

/** What an observer is asked next; the methods' names are not in it. */
export interface Question {
  readonly done: number;
  readonly total: number;
  /** Absent when all is answered. */
  readonly trial?: {
    readonly id: string;
    readonly background: Trial['background'];
    /** Names of files. */
    readonly left: string;
    readonly right: string;
  };
}

/** Longest name of an observer, characters. */
const LONGEST_NAME = 80;
/** A voter who comes back after a day has not looked at the pictures for a day. */
const LONGEST_LOOK = 86_400;

/** Asks each observer every question once, and goes on where one has stopped. */
export class Ballot {
  readonly #study: Study;
  readonly #votes: VotesFile;
  readonly #trials = new Map<string, readonly Trial[]>();
  /** Answered questions, by observer. */
  readonly #answered = new Map<string, Set<string>>();

  constructor(study: Study, votes: VotesFile) {
    this.#study = study;
    this.#votes = votes;
    for (const { observer, trial } of votes.votes) this.#answeredBy(observer).add(trial);
  }

  /** @throws Refused 400 for a name that is too long */
  question(observer: string): Question {
    checkName(observer);
    const trials = this.#trialsOf(observer);
    const answered = this.#answeredBy(observer);
    const next = trials.find(({ id }) => !answered.has(id));
    const count = { done: trials.filter(({ id }) => answered.has(id)).length, total: trials.length };
    if (!next) return count;
    const { id, background } = next;
    const files = this.#study.pictures.find(({ name }) => name === next.picture)!.files;
    const trial = {
      id,
      background,
      left: files[next.left]![background],
      right: files[next.right]![background],
    };
    return { ...count, trial };
  }

  /**
   * Records an answer. One that is there already is left as it is: a key pressed twice, a page open twice.
   *
   * @throws Refused 400 when it answers no question of this study
   * @throws MatteflowError `OUTPUT_UNWRITABLE`
   */
  async answer(body: unknown): Promise<void> {
    const { observer, trial: id, choice, seconds } = checkAnswer(body);
    const trial = this.#trialsOf(observer).find((each) => each.id === id);
    if (!trial) throw new Refused(400, 'There is no such question.');
    const answered = this.#answeredBy(observer);
    if (answered.has(id)) return;
    answered.add(id);
    const { picture, background, left, right } = trial;
    const time = new Date().toISOString();
    try {
      await this.#votes.append({
        time,
        observer,
        trial: id,
        picture,
        background,
        left,
        right,
        choice,
        seconds,
      });
    } catch (error) {
      answered.delete(id);
      throw error;
    }
  }

  #trialsOf(observer: string): readonly Trial[] {
    return upsert(this.#trials, observer, () => trialsOf(this.#study, observer));
  }

  #answeredBy(observer: string): Set<string> {
    return upsert(this.#answered, observer, () => new Set<string>());
  }
}

function upsert<T>(map: Map<string, T>, key: string, make: () => T): T {
  const there = map.get(key);
  if (there !== undefined) return there;
  const made = make();
  map.set(key, made);
  return made;
}

interface Answer {
  readonly observer: string;
  readonly trial: string;
  readonly choice: Choice;
  readonly seconds: number;
}

function checkAnswer(body: unknown): Answer {
  const { observer, trial, choice, seconds } = (body ?? {}) as Partial<Answer>;
  if (typeof observer !== 'string' || typeof trial !== 'string')
    throw new Refused(400, 'Who, and which question?');
  if (!CHOICES.includes(choice!)) throw new Refused(400, `The answer is one of ${CHOICES.join(', ')}.`);
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= LONGEST_LOOK)) {
    throw new Refused(400, 'Seconds are a number.');
  }
  checkName(observer);
  return { observer, trial, choice: choice!, seconds };
}

function checkName(observer: string): void {
  if (observer.length > LONGEST_NAME)
    throw new Refused(400, `A name has at most ${LONGEST_NAME} characters.`);
}
