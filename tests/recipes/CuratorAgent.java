// Curator as an agent (line_agent.h): recipes and service discovery do what lines on standard input say, and what came
// of it is said on standard output. Each request has a thread of its own; what is held is held there until "release TAG".
//
//   java -cp JARS CuratorAgent.java CONNECT-STRING
//   java -cp JARS CuratorAgent.java --vectors       instances of services as Curator writes them, a line each
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.atomic.AtomicValue;
import org.apache.curator.framework.recipes.atomic.DistributedAtomicLong;
import org.apache.curator.framework.recipes.barriers.DistributedBarrier;
import org.apache.curator.framework.recipes.barriers.DistributedDoubleBarrier;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.curator.framework.recipes.locks.InterProcessLock;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.locks.InterProcessReadWriteLock;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreV2;
import org.apache.curator.framework.recipes.locks.Lease;
import org.apache.curator.framework.recipes.queue.SimpleDistributedQueue;
import org.apache.curator.framework.recipes.shared.SharedCount;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.curator.retry.RetryNTimes;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.curator.x.discovery.ServiceProvider;
import org.apache.curator.x.discovery.ServiceType;
import org.apache.curator.x.discovery.UriSpec;
import org.apache.curator.x.discovery.details.JsonInstanceSerializer;

public class CuratorAgent {
    interface Step {
        void run() throws Exception;
    }

    static class Held {
        final CountDownLatch asked = new CountDownLatch(1);
        final CountDownLatch given = new CountDownLatch(1);
    }

    final CuratorFramework client;
    final ServiceDiscovery<Object> discovery;
    final Map<String, Held> held = new ConcurrentHashMap<>();
    final Map<String, LeaderLatch> latches = new ConcurrentHashMap<>();
    final Map<String, DistributedDoubleBarrier> barriers = new ConcurrentHashMap<>();
    final Map<String, ServiceProvider<Object>> providers = new ConcurrentHashMap<>();
    final Map<String, ServiceInstance<Object>> ours = new ConcurrentHashMap<>();

    CuratorAgent(String servers) throws Exception {
        client = CuratorFrameworkFactory.builder().connectString(servers).sessionTimeoutMs(20000)
            .ensembleTracker(false).retryPolicy(new ExponentialBackoffRetry(200, 20)).build();
        client.start();
        discovery = ServiceDiscoveryBuilder.builder(Object.class).client(client).basePath("/services")
            .serializer(new JsonInstanceSerializer<>(Object.class)).build();
        discovery.start();
    }

    static synchronized void say(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        System.out.println();
        System.out.flush();
    }

    void begin(String[] words) {
        Thread thread = new Thread(() -> {
            try {
                perform(words[0], words[1], words);
            } catch (Exception problem) {
                say(words[0] + " " + problem);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    void perform(String tag, String command, String[] words) throws Exception {
        String path = words.length > 2 ? words[2] : "";
        switch (command) {
            case "lock": hold(tag, new InterProcessMutex(client, path)); break;
            case "read": hold(tag, new InterProcessReadWriteLock(client, path).readLock()); break;
            case "write": hold(tag, new InterProcessReadWriteLock(client, path).writeLock()); break;
            case "semaphore": holdLease(tag, new InterProcessSemaphoreV2(client, path, Integer.parseInt(words[5]))); break;
            case "release": release(tag, words[2]); break;
            case "latch": latch(tag, path); break;
            case "barrier": barrier(words[3], new DistributedBarrier(client, path)); say(tag + " ok"); break;
            case "enter": doubleBarrier(path, words[3]).enter(); say(tag + " ok"); break;
            case "leave": doubleBarrier(path, words[3]).leave(); say(tag + " ok"); break;
            case "put": new SimpleDistributedQueue(client, path).offer(words[4].getBytes()); say(tag + " ok"); break;
            case "take": say(tag + " ok " + new String(new SimpleDistributedQueue(client, path).take())); break;
            case "add": say(tag + " ok " + add(path, words[3], Integer.parseInt(words[4]))); break;
            default: say(tag + " ok" + services(command, words));
        }
    }

    void hold(String tag, InterProcessLock lock) throws Exception {
        lock.acquire();
        keep(tag, () -> lock.release());
    }

    void holdLease(String tag, InterProcessSemaphoreV2 semaphore) throws Exception {
        Lease lease = semaphore.acquire();
        keep(tag, () -> semaphore.returnLease(lease));
    }

    // A lock is given back by the thread that has it.
    void keep(String tag, Step giveBack) throws Exception {
        Held one = new Held();
        held.put(tag, one);
        say(tag + " ok");
        one.asked.await();
        giveBack.run();
        one.given.countDown();
    }

    void release(String tag, String what) throws Exception {
        LeaderLatch latch = latches.remove(what);
        if (latch != null) {
            latch.close();
        } else {
            Held one = held.remove(what);
            one.asked.countDown();
            one.given.await();
        }
        say(tag + " ok");
    }

    void latch(String tag, String path) throws Exception {
        LeaderLatch latch = new LeaderLatch(client, path);
        latch.addListener(new LeaderLatchListener() {
            public void isLeader() {
                say(tag + " gained");
            }
            public void notLeader() {
                say(tag + " lost");
            }
        });
        latches.put(tag, latch);
        say(tag + " ok");
        latch.start();
    }

    static void barrier(String what, DistributedBarrier barrier) throws Exception {
        if (what.equals("raise")) {
            barrier.setBarrier();
        } else if (what.equals("lower")) {
            barrier.removeBarrier();
        } else {
            barrier.waitOnBarrier();
        }
    }

    DistributedDoubleBarrier doubleBarrier(String path, String members) {
        return barriers.computeIfAbsent(path, at -> new DistributedDoubleBarrier(client, at, Integer.parseInt(members)));
    }

    long add(String path, String format, int delta) throws Exception {
        if (format.equals("int64")) {
            AtomicValue<Long> value = new DistributedAtomicLong(client, path, new RetryNTimes(1000, 5)).add((long)delta);
            if (!value.succeeded()) throw new Exception("not added");
            return value.postValue();
        }
        try (SharedCount count = new SharedCount(client, path, 0)) {
            count.start();
            while (!count.trySetCount(count.getVersionedValue(), count.getCount() + delta)) {
                TimeUnit.MILLISECONDS.sleep(2);
            }
            return count.getCount();
        }
    }

    // register NAME ID PORT ; unregister NAME ID ; names ; instances NAME ; provide NAME ; pick NAME
    String services(String command, String[] words) throws Exception {
        String answer = "";
        switch (command) {
            case "register":
                ours.put(words[3], instance(words[2], words[3], null, ServiceType.DYNAMIC, null, Integer.valueOf(words[4]), null));
                discovery.registerService(ours.get(words[3]));
                break;
            case "unregister":
                discovery.unregisterService(ours.remove(words[3]));
                break;
            case "names":
                for (String name : new TreeSet<>(discovery.queryForNames())) answer += " " + name;
                break;
            case "instances":
                TreeSet<String> found = new TreeSet<>();
                for (ServiceInstance<Object> one : discovery.queryForInstances(words[2])) {
                    found.add(one.getId() + ":" + one.getPort() + ":" + one.getServiceType());
                }
                for (String one : found) answer += " " + one;
                break;
            case "provide":
                ServiceProvider<Object> provider = discovery.serviceProviderBuilder().serviceName(words[2]).build();
                provider.start();
                providers.put(words[2], provider);
                break;
            default:
                ServiceInstance<Object> picked = providers.get(words[2]).getInstance();
                answer += " " + (picked == null ? "-" : picked.getId());
        }
        return answer;
    }

    static ServiceInstance<Object> instance(String name, String id, Object payload, ServiceType type, UriSpec spec,
                                            Integer port, Integer sslPort) {
        return new ServiceInstance<>(name, id, "127.0.0.1", port, sslPort, payload, 1700000000000L, type, spec, true);
    }

    static void vectors() throws Exception {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("zone", "b");
        object.put("weight", 2);
        UriSpec spec = new UriSpec("{scheme}://{address}:{port}/{[}x{]}");
        String text = "text \"quoted\" \u00e4\u20ac\n\u0001/";
        for (ServiceType type : ServiceType.values()) vector(instance("web", "7", null, type, null, 8080, null));
        vector(instance("web", "7", text, ServiceType.DYNAMIC, spec, 8080, 8443));
        vector(instance("web", "7", object, ServiceType.DYNAMIC, new UriSpec(), null, null));
        for (Object payload : new Object[] {5, 5.0, true}) {
            vector(instance("web", "7", payload, ServiceType.DYNAMIC, null, 1, null));
        }
    }

    static void vector(ServiceInstance<Object> instance) throws Exception {
        say(new String(new JsonInstanceSerializer<>(Object.class).serialize(instance), StandardCharsets.UTF_8));
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("--vectors")) {
            vectors();
            return;
        }
        CuratorAgent agent = new CuratorAgent(arguments[0]);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String line = input.readLine(); line != null; line = input.readLine()) agent.begin(line.split(" "));
        agent.client.close();
        System.exit(0);
    }
}
