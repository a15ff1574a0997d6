import type {
  ElicitResult,
  Form,
  FormContent,
  Implementation,
  Root,
  SampleRequest,
  SampleResult,
} from '@lutra/core'
import type { MaybePromise } from '../options.ts'

/** What a question is about, for whoever shows it to a person. */
export interface QuestionContext {
  /** Which of the server's questions this is. */
  readonly key: string
  /** The method of the call that cannot go on without the answer. */
  readonly method: string
  /** The tool, prompt or resource that was called. */
  readonly name?: string
  /** Who asks, by its own account. */
  readonly server?: Implementation
  /** Aborts when the answer is no longer of use. */
  readonly signal: AbortSignal
}

/** A form to be filled in by a person. */
export interface FormQuestion {
  readonly message: string
  /** The fields, in a form that was checked. */
  readonly form: Form
  /** The values to start with. Those that an answer leaves out are filled in from here. */
  readonly initial: FormContent
}

/** A page to be opened by a person, who was shown the whole address and agreed. It must never be fetched beforehand. */
export interface UrlQuestion {
  readonly message: string
  readonly url: URL
}

/** Handlers for a server's questions. Those that are given decide what is declared. */
export interface Answers {
  /** Has a person fill in a form. */
  readonly elicit?: (question: FormQuestion, about: QuestionContext) => MaybePromise<ElicitResult>
  /** Has a person open a page; `accept` means that they agreed to, not that they are done there. */
  readonly elicitUrl?: (
    question: UrlQuestion,
    about: QuestionContext,
  ) => MaybePromise<{ readonly action: ElicitResult['action'] }>
  /**
   * Has a model write a message. Throw to decline.
   * @deprecated Sampling goes with SEP-2577.
   */
  readonly sample?: (request: SampleRequest, about: QuestionContext) => MaybePromise<SampleResult>
  /**
   * The folders that a server may look at.
   * @deprecated Roots go with SEP-2577.
   */
  readonly roots?: readonly Root[] | ((about: QuestionContext) => MaybePromise<readonly Root[]>)
}
