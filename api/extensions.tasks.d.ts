// @lutra/extensions/tasks

export {
    DetailedTask,
    FollowOptions,
    OwnerWords,
    Task,
    TaskClient,
    TaskError,
    TaskHandle,
    TaskStatus,
    Tasks,
    TasksOptions,
    followTasks,
    resumeTask,
    startTask,
    tasks,
    tasksId,
};

// tasks
interface Tasks extends Extension, OwnerWords {
    readonly running: number;
}
declare function tasks(options?: TasksOptions): Tasks;
declare function followTasks(options?: FollowOptions): Extension;

// tasks/follow
interface FollowOptions {
    readonly onTask?: (task: DetailedTask, call: {
        readonly name: string;
    }) => void;
    readonly onFault?: (error: unknown) => void;
    readonly onAbort?: 'cancel' | 'detach';
    readonly pollIntervalMs?: number;
    readonly ttlMs?: number;
}

// tasks/handle
interface TaskClient {
    request(method: string, params?: Params, options?: RequestOptions): Promise<Result>;
    listen(filter: {
        readonly taskIds: readonly string[];
    }, options?: RequestOptions): Listening;
}
interface RequestOptions {
    readonly signal?: AbortSignal;
    readonly timeoutMs?: number;
}
interface Listening extends AsyncIterable<Heard> {
    close(): void;
}
type Heard = {
    readonly type: 'other';
    readonly notification: Notification;
} | {
    readonly type: 'gap' | 'tools' | 'prompts' | 'resources' | 'resource';
};
interface TaskHandle {
    readonly id: string;
    status(options?: RequestOptions): Promise<DetailedTask>;
    updates(options?: {
        readonly signal?: AbortSignal;
    }): AsyncGenerator<DetailedTask, void, undefined>;
    answer(inputResponses: Readonly<Record<string, unknown>>, options?: RequestOptions): Promise<void>;
    cancel(options?: RequestOptions): Promise<void>;
    result(options?: RequestOptions): Promise<Result>;
}
declare function startTask(client: TaskClient, name: string, args?: Params): Promise<TaskHandle>;
declare function resumeTask(client: TaskClient, id: string, name?: string): TaskHandle;

// tasks/options
interface TasksOptions {
    readonly store?: Store;
    readonly bus?: Bus;
    readonly secret?: boolean;
    readonly namespace?: string;
    readonly concurrency?: {
        readonly process?: number;
        readonly principal?: number;
    };
    readonly open?: {
        readonly principal?: number;
        readonly anonymous?: number;
    };
    readonly ttlMs?: number | null;
    readonly leaseMs?: number;
    readonly scanMs?: number;
    readonly graceMs?: number;
    readonly run?: boolean;
    readonly onError?: OnError;
    readonly now?: () => number;
}

// tasks/owner
interface OwnerWords {
    get(id: string): Promise<DetailedTask | undefined>;
    complete(id: string, result: Omit<Result, 'resultType'>): Promise<boolean>;
    fail(id: string, error: {
        readonly message: string;
        readonly code?: number;
    }): Promise<boolean>;
    progress(id: string, message: string): Promise<void>;
    cancel(id: string): Promise<void>;
}

// tasks/task-error
declare class TaskError extends Error {
    readonly name = "TaskError";
    readonly code: 'cancelled' | 'malformed';
    readonly taskId?: string;
    constructor(message: string, { code, taskId }: {
        code: TaskError['code'];
        taskId?: string;
    });
}

// tasks/words
declare const tasksId = "io.modelcontextprotocol/tasks";
type TaskStatus = 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled';
interface Task {
    readonly taskId: string;
    readonly status: TaskStatus;
    readonly statusMessage?: string;
    readonly createdAt: string;
    readonly lastUpdatedAt: string;
    readonly ttlMs: number | null;
    readonly pollIntervalMs?: number;
}
interface DetailedTask extends Task {
    readonly inputRequests?: InputRequests;
    readonly result?: Readonly<Record<string, unknown>>;
    readonly error?: {
        readonly code: number;
        readonly message: string;
        readonly data?: unknown;
    };
}
