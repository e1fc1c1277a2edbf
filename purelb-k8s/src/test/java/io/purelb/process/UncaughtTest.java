package io.purelb.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class UncaughtTest {
    private final List<Integer> halts = new CopyOnWriteArrayList<>();
    private final Uncaught rule = new Uncaught(halts::add);

    private void run(Thread thread) throws InterruptedException {
        thread.setUncaughtExceptionHandler(rule);
        thread.start();
        thread.join();
        EssentialThread.forget(thread);
    }

    @Test
    void errorOfAnyThreadEndsTheProcess() throws InterruptedException {
        run(new Thread(() -> {
            throw new StackOverflowError();
        }));
        assertEquals(List.of(Program.BROKEN), halts);
    }

    @Test
    void exceptionEndsTheProcessOnlyWithAnEssentialThread() throws InterruptedException {
        Runnable failing = () -> {
            throw new IllegalStateException("by a test");
        };
        run(new Thread(failing));
        assertEquals(List.of(), halts);
        run(EssentialThread.of("essential", failing));
        assertEquals(List.of(Program.BROKEN), halts);
    }

    @Test
    void errorInAStepOfALoopIsNotRepeated() throws InterruptedException {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        LoopThread loop = new LoopThread("loop");
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler(rule);
        try {
            loop.start(now -> {
                threads.add(Thread.currentThread());
                begun.countDown();
                if (threads.size() > 1) {
                    return Long.MAX_VALUE;
                }
                throw new NoClassDefFoundError("by a test");
            });
            begun.await();
            threads.get(0).join();
            EssentialThread.forget(threads.get(0));
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertEquals(1, threads.size());
        assertEquals(List.of(Program.BROKEN), halts);
    }
}
