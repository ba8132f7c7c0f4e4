"""What runs kernels, in LLVM's own language: it needs atomics and control that kernels do not, and is compiled once.

`text()` gives it with the numbers filled in; see `threads` for what it does.
"""

from __future__ import annotations

from autograd.kernels.native import engine

# Offsets into the pool's memory, in bytes; what several threads write stands 64 bytes apart.
JOB, SEQUENCE, ACTIVE, SLEEPING, BUSY, THREADS, SCRATCH_BYTES, SEMAPHORE, SCRATCH = (
    0,
    64,
    128,
    192,
    256,
    320,
    328,
    384,
    512,
)
MOST = 64  # threads
MOST_ARGS = 64
PATIENCE = 2000  # turns that a worker watches before it sleeps
MESSAGE = f"a native kernel takes at most {MOST_ARGS} plain NumPy arrays"
PAUSES = {
    "x86_64": ("declare void @llvm.x86.sse2.pause()", "call void @llvm.x86.sse2.pause()"),
    "aarch64": ("declare void @llvm.aarch64.hint(i32)", "call void @llvm.aarch64.hint(i32 1)"),
}
"""How each kind of CPU is told that a thread is waiting."""

TEXT = """
{declare_pause}
declare i32 @sched_yield()
declare i32 @sem_wait(ptr)
declare i32 @sem_post(ptr)
declare ptr @malloc(i64)
declare void @free(ptr)
declare ptr @PyEval_SaveThread()
declare void @PyEval_RestoreThread(ptr)
declare void @Py_IncRef(ptr)
declare void @PyErr_SetString(ptr, ptr)
@message = private constant [{MESSAGE_LENGTH} x i8] c"{MESSAGE}\\00"

; A call is {{function, args, parts, bits of the parts that are taken}},
; a job {{calls, total tickets, next ticket at 64, tickets done at 128}}.

define private void @pause(i64 %turn) {{
  %often = and i64 %turn, 4095
  %long = icmp eq i64 %often, 4095
  br i1 %long, label %yield, label %short
yield:
  %ignored = call i32 @sched_yield()
  ret void
short:
  {pause}
  ret void
}}

define private void @work(ptr %job, ptr %scratch, i64 %me) {{
entry:
  %calls = load ptr, ptr %job
  %total.at = getelementptr i8, ptr %job, i64 8
  %total = load i64, ptr %total.at
  %next.at = getelementptr i8, ptr %job, i64 64
  %done.at = getelementptr i8, ptr %job, i64 128
  br label %draw
draw:
  %call0 = phi ptr [ %calls, %entry ], [ %call, %run ]
  %base0 = phi i64 [ 0, %entry ], [ %base, %run ]
  %ticket = atomicrmw add ptr %next.at, i64 1 seq_cst
  %left = icmp slt i64 %ticket, %total
  br i1 %left, label %seek, label %out
seek:
  %call = phi ptr [ %call0, %draw ], [ %call1, %further ]
  %base = phi i64 [ %base0, %draw ], [ %end, %further ]
  %parts.at = getelementptr i8, ptr %call, i64 16
  %parts = load i64, ptr %parts.at
  %end = add i64 %base, %parts
  %here = icmp slt i64 %ticket, %end
  br i1 %here, label %wait, label %further
further:
  %call1 = getelementptr i8, ptr %call, i64 32
  br label %seek
wait:
  %turn = phi i64 [ 0, %seek ], [ %turn1, %again ]
  %done = load atomic i64, ptr %done.at seq_cst, align 8
  %ready = icmp sge i64 %done, %base
  br i1 %ready, label %do, label %again
again:
  %turn1 = add i64 %turn, 1
  call void @pause(i64 %turn1)
  br label %wait
do:
  %fn = load ptr, ptr %call
  %args.at = getelementptr i8, ptr %call, i64 8
  %args = load ptr, ptr %args.at
  %taken.at = getelementptr i8, ptr %call, i64 24
  %own = urem i64 %me, %parts
  br label %take
take:
  %part = phi i64 [ %own, %do ], [ %following, %other ]
  %bit = shl i64 1, %part
  %taken = atomicrmw or ptr %taken.at, i64 %bit seq_cst
  %before = and i64 %taken, %bit
  %free = icmp eq i64 %before, 0
  br i1 %free, label %run, label %other
other:
  %after = add i64 %part, 1
  %following = urem i64 %after, %parts
  br label %take
run:
  call void %fn(ptr %args, i64 %part, i64 %parts, ptr %scratch)
  %old = atomicrmw add ptr %done.at, i64 1 seq_cst
  br label %draw
out:
  ret void
}}

define private void @serial(ptr %calls, i64 %count, ptr %scratch) {{
entry:
  %some = icmp sgt i64 %count, 0
  br i1 %some, label %do, label %out
do:
  %k = phi i64 [ 0, %entry ], [ %k1, %do ]
  %call = phi ptr [ %calls, %entry ], [ %call1, %do ]
  %fn = load ptr, ptr %call
  %args.at = getelementptr i8, ptr %call, i64 8
  %args = load ptr, ptr %args.at
  call void %fn(ptr %args, i64 0, i64 1, ptr %scratch)
  %k1 = add i64 %k, 1
  %call1 = getelementptr i8, ptr %call, i64 32
  %more = icmp slt i64 %k1, %count
  br i1 %more, label %do, label %out
out:
  ret void
}}

define void @chalkgrad_run(ptr %pool, ptr %calls, i64 %count, i64 %total) {{
entry:
  %job = alloca [192 x i8], align 64
  %busy.at = getelementptr i8, ptr %pool, i64 {BUSY}
  %got = cmpxchg ptr %busy.at, i64 0, i64 1 seq_cst seq_cst
  %mine = extractvalue {{ i64, i1 }} %got, 1
  br i1 %mine, label %own, label %foreign
foreign:
  %bytes.at = getelementptr i8, ptr %pool, i64 {SCRATCH_BYTES}
  %bytes = load i64, ptr %bytes.at
  %room = add i64 %bytes, 64
  %raw = call ptr @malloc(i64 %room)
  %raw.int = ptrtoint ptr %raw to i64
  %up = add i64 %raw.int, 63
  %aligned = and i64 %up, -64
  %temporary = inttoptr i64 %aligned to ptr
  call void @serial(ptr %calls, i64 %count, ptr %temporary)
  call void @free(ptr %raw)
  ret void
own:
  %scratch.at = getelementptr i8, ptr %pool, i64 {SCRATCH}
  %scratch = load ptr, ptr %scratch.at
  %threads.at = getelementptr i8, ptr %pool, i64 {THREADS}
  %threads = load i64, ptr %threads.at
  %several = icmp sgt i64 %threads, 1
  %divided = icmp sgt i64 %total, %count
  %shared = and i1 %several, %divided
  br i1 %shared, label %share, label %alone
alone:
  call void @serial(ptr %calls, i64 %count, ptr %scratch)
  br label %end
share:
  store ptr %calls, ptr %job
  %total.at = getelementptr i8, ptr %job, i64 8
  store i64 %total, ptr %total.at
  %next.at = getelementptr i8, ptr %job, i64 64
  store i64 0, ptr %next.at
  %done.at = getelementptr i8, ptr %job, i64 128
  store i64 0, ptr %done.at
  br label %forget
forget:
  %f = phi i64 [ 0, %share ], [ %f1, %forget ]
  %forgotten = getelementptr [4 x i64], ptr %calls, i64 %f, i64 3
  store i64 0, ptr %forgotten
  %f1 = add i64 %f, 1
  %unforgotten = icmp slt i64 %f1, %count
  br i1 %unforgotten, label %forget, label %publish
publish:
  %job.at = getelementptr i8, ptr %pool, i64 {JOB}
  %sequence.at = getelementptr i8, ptr %pool, i64 {SEQUENCE}
  %sleeping.at = getelementptr i8, ptr %pool, i64 {SLEEPING}
  %active.at = getelementptr i8, ptr %pool, i64 {ACTIVE}
  %semaphore = getelementptr i8, ptr %pool, i64 {SEMAPHORE}
  store atomic ptr %job, ptr %job.at seq_cst, align 8
  %old = atomicrmw add ptr %sequence.at, i64 1 seq_cst
  %sleepers = atomicrmw xchg ptr %sleeping.at, i64 0 seq_cst
  br label %wake
wake:
  %w = phi i64 [ %sleepers, %publish ], [ %w1, %post ]
  %any = icmp sgt i64 %w, 0
  br i1 %any, label %post, label %go
post:
  %ignored = call i32 @sem_post(ptr %semaphore)
  %w1 = sub i64 %w, 1
  br label %wake
go:
  call void @work(ptr %job, ptr %scratch, i64 0)
  br label %finish
finish:
  %turn = phi i64 [ 0, %go ], [ %turn1, %unfinished ]
  %done = load atomic i64, ptr %done.at seq_cst, align 8
  %all = icmp sge i64 %done, %total
  br i1 %all, label %close, label %unfinished
unfinished:
  %turn1 = add i64 %turn, 1
  call void @pause(i64 %turn1)
  br label %finish
close:
  store atomic ptr null, ptr %job.at seq_cst, align 8
  br label %leave
leave:
  %turn2 = phi i64 [ 0, %close ], [ %turn3, %inside ]
  %active = load atomic i64, ptr %active.at seq_cst, align 8
  %none = icmp eq i64 %active, 0
  br i1 %none, label %end, label %inside
inside:
  %turn3 = add i64 %turn2, 1
  call void @pause(i64 %turn3)
  br label %leave
end:
  store atomic i64 0, ptr %busy.at seq_cst, align 8
  ret void
}}

define void @chalkgrad_worker(ptr %pool, i64 %number) {{
entry:
  %job.at = getelementptr i8, ptr %pool, i64 {JOB}
  %sequence.at = getelementptr i8, ptr %pool, i64 {SEQUENCE}
  %sleeping.at = getelementptr i8, ptr %pool, i64 {SLEEPING}
  %active.at = getelementptr i8, ptr %pool, i64 {ACTIVE}
  %threads.at = getelementptr i8, ptr %pool, i64 {THREADS}
  %semaphore = getelementptr i8, ptr %pool, i64 {SEMAPHORE}
  %offset = mul i64 %number, 8
  %own = add i64 %offset, {SCRATCH}
  %scratch.at = getelementptr i8, ptr %pool, i64 %own
  br label %idle
idle:
  %last = phi i64 [ 0, %entry ], [ %last, %rest ], [ %last, %sleep ], [ %sequence, %leave ]
  %turn = phi i64 [ 0, %entry ], [ %turn1, %rest ], [ 0, %sleep ], [ 0, %leave ]
  %sequence = load atomic i64, ptr %sequence.at seq_cst, align 8
  %new = icmp ne i64 %sequence, %last
  br i1 %new, label %enter, label %nothing
nothing:
  %turn1 = add i64 %turn, 1
  %patient = icmp slt i64 %turn1, {PATIENCE}
  br i1 %patient, label %rest, label %sleep
rest:
  call void @pause(i64 %turn1)
  br label %idle
sleep:
  %before = atomicrmw add ptr %sleeping.at, i64 1 seq_cst
  %ignored = call i32 @sem_wait(ptr %semaphore)
  br label %idle
enter:
  %threads = load i64, ptr %threads.at
  %wanted = icmp slt i64 %number, %threads
  %counted = atomicrmw add ptr %active.at, i64 1 seq_cst
  %job = load atomic ptr, ptr %job.at seq_cst, align 8
  %some = icmp ne ptr %job, null
  %useful = and i1 %wanted, %some
  br i1 %useful, label %help, label %leave
help:
  %scratch = load ptr, ptr %scratch.at
  call void @work(ptr %job, ptr %scratch, i64 %number)
  br label %leave
leave:
  %gone = atomicrmw sub ptr %active.at, i64 1 seq_cst
  br label %idle
}}

; The two functions that Python calls. `self` is an array (its data at byte 16) of the pool, the address of None, that
; of the array type and of TypeError, and then of one call, or of a list's calls, their number and that of its tickets.

define ptr @chalkgrad_enter(ptr %self, ptr %objects, i64 %n) {{
entry:
  %record.at = getelementptr i8, ptr %self, i64 16
  %record = load ptr, ptr %record.at
  %pool = load ptr, ptr %record
  %none.at = getelementptr i8, ptr %record, i64 8
  %none = load ptr, ptr %none.at
  %type.at = getelementptr i8, ptr %record, i64 16
  %type = load ptr, ptr %type.at
  %args = alloca [{MOST_ARGS} x ptr], align 16
  %call = alloca [4 x i64], align 16
  %fits = icmp sle i64 %n, {MOST_ARGS}
  br i1 %fits, label %some, label %refuse
some:
  %empty = icmp eq i64 %n, 0
  br i1 %empty, label %go, label %read
read:
  %k = phi i64 [ 0, %some ], [ %k1, %good ]
  %object.at = getelementptr ptr, ptr %objects, i64 %k
  %object = load ptr, ptr %object.at
  %its.at = getelementptr i8, ptr %object, i64 8
  %its = load ptr, ptr %its.at
  %plain = icmp eq ptr %its, %type
  br i1 %plain, label %good, label %refuse
good:
  %data.at = getelementptr i8, ptr %object, i64 16
  %data = load ptr, ptr %data.at
  %arg.at = getelementptr ptr, ptr %args, i64 %k
  store ptr %data, ptr %arg.at
  %k1 = add i64 %k, 1
  %more = icmp slt i64 %k1, %n
  br i1 %more, label %read, label %go
go:
  %fn.at = getelementptr i8, ptr %record, i64 32
  %fn = load ptr, ptr %fn.at
  store ptr %fn, ptr %call
  %args.at = getelementptr i8, ptr %call, i64 8
  store ptr %args, ptr %args.at
  %splits.at = getelementptr i8, ptr %record, i64 40
  %splits = load i64, ptr %splits.at
  %threads.at = getelementptr i8, ptr %pool, i64 {THREADS}
  %threads = load i64, ptr %threads.at
  %split = icmp ne i64 %splits, 0
  %parts = select i1 %split, i64 %threads, i64 1
  %parts.at = getelementptr i8, ptr %call, i64 16
  store i64 %parts, ptr %parts.at
  %state = call ptr @PyEval_SaveThread()
  call void @chalkgrad_run(ptr %pool, ptr %call, i64 1, i64 %parts)
  call void @PyEval_RestoreThread(ptr %state)
  call void @Py_IncRef(ptr %none)
  ret ptr %none
refuse:
  %error.at = getelementptr i8, ptr %record, i64 24
  %error = load ptr, ptr %error.at
  call void @PyErr_SetString(ptr %error, ptr @message)
  ret ptr null
}}

define ptr @chalkgrad_enter_list(ptr %self, ptr %objects, i64 %n) {{
  %record.at = getelementptr i8, ptr %self, i64 16
  %record = load ptr, ptr %record.at
  %pool = load ptr, ptr %record
  %none.at = getelementptr i8, ptr %record, i64 8
  %none = load ptr, ptr %none.at
  %calls.at = getelementptr i8, ptr %record, i64 32
  %calls = load ptr, ptr %calls.at
  %count.at = getelementptr i8, ptr %record, i64 40
  %count = load i64, ptr %count.at
  %total.at = getelementptr i8, ptr %record, i64 48
  %total = load i64, ptr %total.at
  %state = call ptr @PyEval_SaveThread()
  call void @chalkgrad_run(ptr %pool, ptr %calls, i64 %count, i64 %total)
  call void @PyEval_RestoreThread(ptr %state)
  call void @Py_IncRef(ptr %none)
  ret ptr %none
}}
"""


def text() -> str:
    """The runner for this CPU."""
    kind = engine.triple().partition("-")[0].replace("arm64", "aarch64")
    declare_pause, pause = PAUSES.get(kind, ("", ""))
    names = {name: value for name, value in globals().items() if name.isupper()}
    return TEXT.format(**names, MESSAGE_LENGTH=len(MESSAGE) + 1, declare_pause=declare_pause, pause=pause)
